package dev.longtake.story;

import java.util.Optional;

/**
 * What a film's file can hold: level 5.2 of H.264, the highest that the encoder writes (ITU-T
 * H.264, table A-1). Asked before anything is rendered, because it is the last thing that is done
 * with a film.
 */
public final class FilmLimits {

  /** Blocks of 16x16 pixels in a frame. */
  static final int BLOCKS_MAX = 36_864;

  /** Blocks of 16x16 pixels in a second. */
  static final int BLOCKS_PER_SECOND_MAX = 2_073_600;

  private static final long BIT_RATE_MAX = 240_000_000;
  private static final long BIT_RATE_MIN = 400_000;

  /** Bits of a pixel and frame: flat art shows no blocks at this rate. */
  private static final double BITS_PER_PIXEL = 1.2;

  private static final int BLOCK_SIDE = 16;

  private FilmLimits() {}

  /** Why a film of this size and rate cannot be encoded, in a sentence; empty if it can. */
  public static Optional<String> fault(FrameSize size, FrameRate frameRate) {
    int blocks = Math.ceilDiv(size.width(), BLOCK_SIDE) * Math.ceilDiv(size.height(), BLOCK_SIDE);
    if (blocks > BLOCKS_MAX) {
      return Optional.of(
          "expected frames of at most %,d blocks of 16x16 pixels (4096x2304, level 5.2 of H.264),"
                  .formatted(BLOCKS_MAX)
              + " found %,d (%s)".formatted(blocks, size));
    }
    int rateMax = BLOCKS_PER_SECOND_MAX / blocks;
    if (frameRate.hz() * blocks > BLOCKS_PER_SECOND_MAX) {
      return Optional.of(
          "expected at most %d frames a second of %s (level 5.2 of H.264), found %s"
              .formatted(rateMax, size, frameRate));
    }
    return Optional.empty();
  }

  /** The bit rate to encode at, per second: what the picture needs, as far as the level allows. */
  public static long bitRate(FrameSize size, FrameRate frameRate) {
    long wanted = (long) (BITS_PER_PIXEL * size.pixelCount() * frameRate.hz());
    return Math.clamp(wanted, BIT_RATE_MIN, BIT_RATE_MAX);
  }
}
