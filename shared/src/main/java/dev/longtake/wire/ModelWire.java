package dev.longtake.wire;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ModelCard.Conditioning;
import dev.longtake.plan.ModelCard.FrameDefaults;
import dev.longtake.plan.ModelCard.Identity;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.story.FrameSize;

/** Model cards, both ways. */
public final class ModelWire {

  private ModelWire() {}

  /** The message of a model card. */
  public static dev.longtake.wire.v1.ModelCard toProto(ModelCard model) {
    return dev.longtake.wire.v1.ModelCard.newBuilder()
        .setIdentity(toProto(model.identity()))
        .setGeometry(toProto(model.geometry()))
        .setFrames(toProto(model.frames()))
        .setSampling(toProto(model.sampling()))
        .setConditioning(toProto(model.conditioning()))
        .setChunkPolicy(toProto(model.chunkPolicy()))
        .setSegmentPolicy(toProto(model.segmentPolicy()))
        .setWeightBytes(model.weightBytes())
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
    Identity identity = identity(at.at("identity"), message.getIdentity());
    LatentGeometry geometry = geometry(at.at("geometry"), message.getGeometry());
    FrameDefaults frames = frames(at.at("frames"), message.getFrames());
    Sampling sampling = sampling(at.at("sampling"), message.getSampling());
    Conditioning conditioning = conditioning(at.at("conditioning"), message.getConditioning());
    ChunkPolicy chunks = chunks(at.at("chunk_policy"), message.getChunkPolicy());
    SegmentPolicy segments = segments(at.at("segment_policy"), message.getSegmentPolicy());
    return at.make(
        () ->
            new ModelCard(
                identity,
                geometry,
                frames,
                sampling,
                conditioning,
                chunks,
                segments,
                message.getWeightBytes()));
  }

  private static dev.longtake.wire.v1.ModelCard.Identity toProto(Identity identity) {
    return dev.longtake.wire.v1.ModelCard.Identity.newBuilder()
        .setName(identity.name())
        .setVersion(identity.version())
        .setDigest(identity.digest().hex())
        .build();
  }

  private static Identity identity(Field at, dev.longtake.wire.v1.ModelCard.Identity message) {
    Digest digest = at.at("digest").digest(message.getDigest());
    return new Identity(message.getName(), message.getVersion(), digest);
  }

  private static dev.longtake.wire.v1.LatentGeometry toProto(LatentGeometry geometry) {
    return dev.longtake.wire.v1.LatentGeometry.newBuilder()
        .setChannels(geometry.channels())
        .setSpatialFactor(geometry.spatialFactor())
        .setTemporalFactor(geometry.temporalFactor())
        .setPatchHeight(geometry.patchHeight())
        .setPatchWidth(geometry.patchWidth())
        .build();
  }

  private static LatentGeometry geometry(Field at, dev.longtake.wire.v1.LatentGeometry message) {
    return at.make(
        () ->
            new LatentGeometry(
                message.getChannels(),
                message.getSpatialFactor(),
                message.getTemporalFactor(),
                message.getPatchHeight(),
                message.getPatchWidth()));
  }

  private static dev.longtake.wire.v1.ModelCard.FrameDefaults toProto(FrameDefaults frames) {
    return dev.longtake.wire.v1.ModelCard.FrameDefaults.newBuilder()
        .setWidth(frames.size().width())
        .setHeight(frames.size().height())
        .setFrameRateHz(frames.frameRateHz())
        .build();
  }

  private static FrameDefaults frames(
      Field at, dev.longtake.wire.v1.ModelCard.FrameDefaults message) {
    return at.make(
        () ->
            new FrameDefaults(
                new FrameSize(message.getWidth(), message.getHeight()), message.getFrameRateHz()));
  }

  /** The message of how noise becomes latents. */
  static dev.longtake.wire.v1.Sampling toProto(Sampling sampling) {
    var message =
        dev.longtake.wire.v1.Sampling.newBuilder()
            .setStepCount(sampling.stepCount())
            .setGuidanceScale(sampling.guidanceScale())
            .setShift(sampling.shift())
            .setSolver(sampling.solver().word())
            .setSharedNoise(sampling.sharedNoise());
    if (sampling.isRenewed()) {
      message.setFreshNoise(sampling.freshNoise());
    }
    return message.build();
  }

  static Sampling sampling(Field at, dev.longtake.wire.v1.Sampling message) {
    Solver solver = at.at("solver").word(message.getSolver(), Solver.class);
    return at.make(
        () ->
            new Sampling(
                message.getStepCount(),
                message.getGuidanceScale(),
                message.getShift(),
                solver,
                message.getSharedNoise(),
                message.hasFreshNoise() ? message.getFreshNoise() : 1));
  }

  private static dev.longtake.wire.v1.ModelCard.Conditioning toProto(Conditioning conditioning) {
    return dev.longtake.wire.v1.ModelCard.Conditioning.newBuilder()
        .setTextTokenCount(conditioning.textTokenCount())
        .setReferenceCountMax(conditioning.referenceCountMax())
        .setNegativePrompt(conditioning.negativePrompt())
        .build();
  }

  private static Conditioning conditioning(
      Field at, dev.longtake.wire.v1.ModelCard.Conditioning message) {
    return at.make(
        () ->
            new Conditioning(
                message.getTextTokenCount(),
                message.getReferenceCountMax(),
                message.getNegativePrompt()));
  }

  private static dev.longtake.wire.v1.ChunkPolicy toProto(ChunkPolicy policy) {
    return dev.longtake.wire.v1.ChunkPolicy.newBuilder()
        .setLatentFrameCount(policy.latentFrameCount())
        .setOverlap(policy.overlap())
        .build();
  }

  private static ChunkPolicy chunks(Field at, dev.longtake.wire.v1.ChunkPolicy message) {
    return at.make(() -> new ChunkPolicy(message.getLatentFrameCount(), message.getOverlap()));
  }

  private static dev.longtake.wire.v1.SegmentPolicy toProto(SegmentPolicy policy) {
    return dev.longtake.wire.v1.SegmentPolicy.newBuilder()
        .setLatentFrameCount(policy.latentFrameCount())
        .setHalo(policy.halo())
        .build();
  }

  private static SegmentPolicy segments(Field at, dev.longtake.wire.v1.SegmentPolicy message) {
    return at.make(() -> new SegmentPolicy(message.getLatentFrameCount(), message.getHalo()));
  }
}
