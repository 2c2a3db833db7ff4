package dev.longtake.wire;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.Solver;
import dev.longtake.story.FrameSize;
import java.util.List;

/** Model cards and a shot's inputs, both ways. */
final class ModelWire {

  private static final int REFERENCES_MAX = 1000;

  private ModelWire() {}

  /** The message of a model card. */
  public static dev.longtake.wire.v1.ModelCard toProto(ModelCard model) {
    return dev.longtake.wire.v1.ModelCard.newBuilder()
        .setName(model.name())
        .setVersion(model.version())
        .setDigest(model.digest().hex())
        .setLatentChannels(model.latentChannels())
        .setSpatialFactor(model.spatialFactor())
        .setTemporalFactor(model.temporalFactor())
        .setPatchHeight(model.patchHeight())
        .setPatchWidth(model.patchWidth())
        .setDefaultWidth(model.defaultSize().width())
        .setDefaultHeight(model.defaultSize().height())
        .setDefaultFrameRateHz(model.defaultFrameRateHz())
        .setStepCount(model.stepCount())
        .setGuidanceScale(model.guidanceScale())
        .setShift(model.shift())
        .setSolver(model.solver().word())
        .setTextTokenCount(model.textTokenCount())
        .setChunkLatentFrameCount(model.chunkPolicy().latentFrameCount())
        .setChunkOverlap(model.chunkPolicy().overlap())
        .setSegmentLatentFrameCount(model.segmentPolicy().latentFrameCount())
        .setSegmentHalo(model.segmentPolicy().halo())
        .setReferenceCountMax(model.referenceCountMax())
        .setNegativePrompt(model.negativePrompt())
        .setWeightBytes(model.weightBytes())
        .setSharedNoise(model.sharedNoise())
        .build();
  }

  /**
   * The model card of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static ModelCard fromProto(dev.longtake.wire.v1.ModelCard message) {
    return model(new Field("model"), message);
  }

  static ModelCard model(Field at, dev.longtake.wire.v1.ModelCard message) {
    Digest digest = at.at("digest").digest(message.getDigest());
    Solver solver = at.at("solver").word(message.getSolver(), Solver::fromWord);
    return at.make(
        () ->
            new ModelCard(
                message.getName(),
                message.getVersion(),
                digest,
                message.getLatentChannels(),
                message.getSpatialFactor(),
                message.getTemporalFactor(),
                message.getPatchHeight(),
                message.getPatchWidth(),
                new FrameSize(message.getDefaultWidth(), message.getDefaultHeight()),
                message.getDefaultFrameRateHz(),
                message.getStepCount(),
                message.getGuidanceScale(),
                message.getShift(),
                solver,
                message.getTextTokenCount(),
                new ChunkPolicy(message.getChunkLatentFrameCount(), message.getChunkOverlap()),
                new SegmentPolicy(message.getSegmentLatentFrameCount(), message.getSegmentHalo()),
                message.getReferenceCountMax(),
                message.getNegativePrompt(),
                message.getWeightBytes(),
                message.getSharedNoise()));
  }

  /** The message of a shot's inputs. */
  public static dev.longtake.wire.v1.ShotInputs toProto(ShotInputs shot) {
    var message =
        dev.longtake.wire.v1.ShotInputs.newBuilder()
            .setStoryId(shot.storyId())
            .setShotIndex(shot.shotIndex())
            .setShotId(shot.shotId())
            .setModelDigest(shot.modelDigest().hex())
            .setPrompt(shot.prompt())
            .setNegativePrompt(shot.negativePrompt())
            .setSeed(shot.seed())
            .setWidth(shot.size().width())
            .setHeight(shot.size().height())
            .setLatentFrameCount(shot.latentFrameCount())
            .setStepCount(shot.stepCount())
            .setGuidanceScale(shot.guidanceScale())
            .setShift(shot.shift())
            .setSolver(shot.solver().word())
            .setExchangeOff(shot.exchangeOff())
            .setSharedNoise(shot.sharedNoise());
    for (ReferencePicture reference : shot.references()) {
      message.addReferences(
          dev.longtake.wire.v1.ReferencePicture.newBuilder()
              .setDigest(reference.digest().hex())
              .setFit(
                  switch (reference.fit()) {
                    case CANVAS -> dev.longtake.wire.v1.ReferencePicture.Fit.FIT_CANVAS;
                    case COVER -> dev.longtake.wire.v1.ReferencePicture.Fit.FIT_COVER;
                  }));
    }
    return message.build();
  }

  static ShotInputs shotInputs(Field at, dev.longtake.wire.v1.ShotInputs message) {
    Digest model = at.at("model_digest").digest(message.getModelDigest());
    Solver solver = at.at("solver").word(message.getSolver(), Solver::fromWord);
    List<ReferencePicture> references =
        at.at("references")
            .list(message.getReferencesList(), REFERENCES_MAX, ModelWire::referencePicture);
    return at.make(
        () ->
            new ShotInputs(
                message.getStoryId(),
                message.getShotIndex(),
                message.getShotId(),
                model,
                message.getPrompt(),
                message.getNegativePrompt(),
                message.getSeed(),
                new FrameSize(message.getWidth(), message.getHeight()),
                message.getLatentFrameCount(),
                message.getStepCount(),
                message.getGuidanceScale(),
                message.getShift(),
                solver,
                message.getExchangeOff(),
                references,
                message.getSharedNoise()));
  }

  private static ReferencePicture referencePicture(
      Field at, dev.longtake.wire.v1.ReferencePicture message) {
    ReferencePicture.Fit fit =
        switch (message.getFit()) {
          case FIT_CANVAS -> ReferencePicture.Fit.CANVAS;
          case FIT_COVER -> ReferencePicture.Fit.COVER;
          case FIT_UNSPECIFIED, UNRECOGNIZED ->
              throw at.at("fit").invalid("expected a known fit, found " + message.getFit());
        };
    return new ReferencePicture(at.at("digest").digest(message.getDigest()), fit);
  }
}
