package dev.longtake.latent;

import static dev.longtake.error.Require.require;

/**
 * The weighted sum of two neighbours' velocities on their overlap.
 *
 * <p>On shared latent frame j of O: {@code v = ((O - j) v_left + (j + 1) v_right) / (O + 1)}, that
 * is, the right chunk's weight ramps {@code (j + 1) / (O + 1)} and the left one's is what remains.
 * Left before right, in 32 bits, the weights whole numbers, no fused multiply-add: both sides of a
 * boundary that feed in the same two slabs get the same bits.
 */
public final class OverlapFusion {

  private OverlapFusion() {}

  /**
   * Fuses {@code left} and {@code right} into {@code out}; all {@code (O, C, h, w)}.
   *
   * @param overlap O
   * @param channels C
   * @param frameSize h w, cells of a latent frame
   * @param out written; may be {@code left} or {@code right} itself
   */
  public static void fuse(
      float[] left, float[] right, int overlap, int channels, int frameSize, float[] out) {
    int perLatentFrame = Math.multiplyExact(channels, frameSize);
    int count = Math.multiplyExact(overlap, perLatentFrame);
    require(left.length == count, "left: expected %d numbers, found %d", count, left.length);
    require(right.length == count, "right: expected %d numbers, found %d", count, right.length);
    require(out.length == count, "out: expected %d numbers, found %d", count, out.length);
    float whole = overlap + 1;
    for (int j = 0; j < overlap; j++) {
      float leftWeight = overlap - j;
      float rightWeight = j + 1;
      for (int i = j * perLatentFrame; i < (j + 1) * perLatentFrame; i++) {
        out[i] = (leftWeight * left[i] + rightWeight * right[i]) / whole;
      }
    }
  }
}
