package dev.longtake.limit;

import dev.longtake.binary.BinaryFrame;
import dev.longtake.latent.LatentLimits;
import dev.longtake.picture.PictureLimits;

/** How large messages may be; the same for clients, workers and coordinators. */
public final class WireLimits {

  /** Bytes of everything in a message but the largest content that it carries. */
  private static final int ENVELOPE_BYTES = 64 << 20;

  /** Largest message either side takes: a story with all its pictures, a checkpoint, a slab. */
  public static final int MESSAGE_BYTES_MAX =
      ENVELOPE_BYTES
          + Math.max(
              PictureLimits.WORLD_BYTES_MAX,
              Math.max(LatentLimits.CHECKPOINT_BYTES_MAX, LatentLimits.SLAB_BYTES_MAX));

  /** Largest artifact that is fetched into memory. */
  public static final int ARTIFACT_BYTES_MAX = BinaryFrame.ARRAY_BYTES_MAX;

  /** Bytes of content in one message of a stream. */
  public static final int PIECE_BYTES = 1 << 20;

  /** Bytes in flight on one stream. */
  public static final int FLOW_CONTROL_WINDOW_BYTES = 4 << 20;

  private WireLimits() {}
}
