package dev.longtake.wire;

import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.words.Word;
import java.time.Duration;

/** Slab keys, both ways. */
public final class SlabWire {

  private SlabWire() {}

  /** The message of a key. */
  public static dev.longtake.wire.v1.SlabKey toProto(SlabKey key) {
    return dev.longtake.wire.v1.SlabKey.newBuilder()
        .setStoryId(key.storyId())
        .setShotIndex(key.shotIndex())
        .setBoundaryIndex(key.boundaryIndex())
        .setSide(
            switch (key.side()) {
              case LEFT -> dev.longtake.wire.v1.SlabKey.Side.SIDE_LEFT;
              case RIGHT -> dev.longtake.wire.v1.SlabKey.Side.SIDE_RIGHT;
            })
        .setStepIndex(key.stepIndex())
        .build();
  }

  /**
   * The key of a message.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static SlabKey fromProto(dev.longtake.wire.v1.SlabKey message) {
    Field at = new Field("key");
    Side side =
        switch (message.getSide()) {
          case SIDE_LEFT -> Side.LEFT;
          case SIDE_RIGHT -> Side.RIGHT;
          case SIDE_UNSPECIFIED, UNRECOGNIZED ->
              throw at.at("side")
                  .invalid(
                      "expected %s, found %s"
                          .formatted(Word.listing(Side.class), message.getSide()));
        };
    return at.make(
        () ->
            new SlabKey(
                message.getStoryId(),
                message.getShotIndex(),
                message.getBoundaryIndex(),
                side,
                message.getStepIndex()));
  }

  /** How long a reader of a slab waits. */
  public static Duration wait(dev.longtake.wire.v1.GetSlabRequest message) {
    return TimeWire.duration(new Field("wait"), message.getWait());
  }
}
