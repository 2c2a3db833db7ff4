package dev.longtake.wire;

import dev.longtake.digest.Digest;
import dev.longtake.plan.Prompt;
import dev.longtake.plan.ReferencePicture;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.ShotAddress;
import dev.longtake.plan.ShotInputs;
import dev.longtake.story.FrameSize;
import java.util.List;

/** What a worker has to know of a shot, both ways. */
final class ShotWire {

  private static final int REFERENCES_MAX = 1000;

  private ShotWire() {}

  /** The message of a shot's inputs. */
  static dev.longtake.wire.v1.ShotInputs toProto(ShotInputs shot) {
    return dev.longtake.wire.v1.ShotInputs.newBuilder()
        .setAddress(
            dev.longtake.wire.v1.ShotAddress.newBuilder()
                .setStoryId(shot.address().storyId())
                .setShotIndex(shot.address().shotIndex())
                .setShotId(shot.address().shotId()))
        .setModelDigest(shot.modelDigest().hex())
        .setPrompt(toProto(shot.prompt()))
        .setSeed(shot.seed())
        .setWidth(shot.size().width())
        .setHeight(shot.size().height())
        .setLatentFrameCount(shot.latentFrameCount())
        .setSampling(ModelWire.toProto(shot.sampling()))
        .setExchangeOff(shot.exchangeOff())
        .build();
  }

  /**
   * The inputs of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  static ShotInputs inputs(Field at, dev.longtake.wire.v1.ShotInputs message) {
    ShotAddress address = address(at.at("address"), message.getAddress());
    Digest model = at.at("model_digest").digest(message.getModelDigest());
    Prompt prompt = prompt(at.at("prompt"), message.getPrompt());
    Sampling sampling = ModelWire.sampling(at.at("sampling"), message.getSampling());
    return at.make(
        () ->
            new ShotInputs(
                address,
                model,
                prompt,
                message.getSeed(),
                new FrameSize(message.getWidth(), message.getHeight()),
                message.getLatentFrameCount(),
                sampling,
                message.getExchangeOff()));
  }

  private static ShotAddress address(Field at, dev.longtake.wire.v1.ShotAddress message) {
    return at.make(
        () -> new ShotAddress(message.getStoryId(), message.getShotIndex(), message.getShotId()));
  }

  private static dev.longtake.wire.v1.Prompt toProto(Prompt prompt) {
    var message =
        dev.longtake.wire.v1.Prompt.newBuilder()
            .setText(prompt.text())
            .setNegativeText(prompt.negativeText());
    for (ReferencePicture reference : prompt.references()) {
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

  private static Prompt prompt(Field at, dev.longtake.wire.v1.Prompt message) {
    List<ReferencePicture> references =
        at.at("references").list(message.getReferencesList(), REFERENCES_MAX, ShotWire::reference);
    return new Prompt(message.getText(), message.getNegativeText(), references);
  }

  private static ReferencePicture reference(
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
