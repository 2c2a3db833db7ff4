package dev.longtake.latent;

import static dev.longtake.error.Require.require;

import java.util.Objects;

/**
 * Normal noise as a function of (seed, latent frame, element), so that every worker draws the same
 * numbers for the same place whichever chunk it holds.
 *
 * <p>Element e of latent frame f: Philox with key = seed (all 64 bits, low word first) and counter
 * {@code (e / 4, d, f, 0)} gives four words; {@code d} is 0 for the noise that a shot starts with.
 * Words 0, 1 and words 2, 3 each make two normals by the Box-Muller transform, {@code r cos t, r
 * sin t} with {@code r = sqrt(-2 ln u)}, {@code t = 2 pi u'}, where {@code u = (word + 0.5) /
 * 2^32}; element e takes number {@code e mod 4}. All in doubles and {@link StrictMath}, so the bits
 * are the same on every machine.
 *
 * @see <a href="https://doi.org/10.1214/aoms/1177706645">Box and Muller, A Note on the Generation
 *     of Random Normal Deviates, 1958</a>
 */
public final class KeyedNoise {

  /** Changes with any number that is drawn: results of another version are not found again. */
  public static final int VERSION = 1;

  private static final double WORD_RANGE = 0x1p32;

  /** The latent frame whose noise is common to all; no shot and no reference reaches it. */
  private static final int COMMON = Integer.MIN_VALUE;

  private KeyedNoise() {}

  /**
   * Fills {@code out[offset, offset + count)} with the first {@code count} elements of a latent
   * frame; element = {@code c h w + y w + x}.
   *
   * @param latentFrame absolute within the shot; reference r uses {@code -1 - r}
   */
  public static void fill(float[] out, int offset, int count, long seed, int latentFrame) {
    fill(out, offset, count, seed, latentFrame, 0);
  }

  /**
   * As the other one, drawn anew.
   *
   * @param draw 0 for the noise that a shot starts with, above it for later ones
   */
  public static void fill(
      float[] out, int offset, int count, long seed, int latentFrame, int draw) {
    Objects.checkFromIndexSize(offset, count, out.length);
    require(count >= 0, "count is negative: %d", count);
    int[] block = new int[4];
    double[] normals = new double[4];
    for (int element = 0; element < count; element += 4) {
      block[0] = element >>> 2;
      block[1] = draw;
      block[2] = latentFrame;
      block[3] = 0;
      Philox4x32.apply(block, (int) seed, (int) (seed >>> 32));
      boxMuller(normals, 0, block[0], block[1]);
      boxMuller(normals, 2, block[2], block[3]);
      for (int i = 0; i < Math.min(4, count - element); i++) {
        out[offset + element + i] = (float) normals[i];
      }
    }
  }

  /**
   * As {@link #fill}, with part of the noise common to all latent frames: {@code sqrt(1 - share) *
   * own + sqrt(share) * common}. Each element stays standard normal; two frames are correlated by
   * {@code share}. A still background then starts, and so ends, alike in every frame.
   *
   * @param share variance that is common, 0 to 1; 0 is {@link #fill}
   * @see <a href="https://arxiv.org/abs/2305.10474">Ge et al., Preserve Your Own Correlation,
   *     2023</a> (mixed noise)
   */
  public static void fillShared(
      float[] out, int offset, int count, long seed, int latentFrame, double share) {
    fillShared(out, offset, count, seed, latentFrame, share, 0);
  }

  /** As the other one, drawn anew; {@code draw} as of {@link #fill}. */
  public static void fillShared(
      float[] out, int offset, int count, long seed, int latentFrame, double share, int draw) {
    fill(out, offset, count, seed, latentFrame, draw);
    if (share == 0) {
      return;
    }
    float[] common = new float[count];
    fill(common, 0, count, seed, COMMON, draw);
    double ownScale = StrictMath.sqrt(1 - share);
    double commonScale = StrictMath.sqrt(share);
    for (int i = 0; i < count; i++) {
      out[offset + i] = (float) (ownScale * out[offset + i] + commonScale * common[i]);
    }
  }

  private static void boxMuller(double[] normals, int at, int word0, int word1) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(unit(word0)));
    double angle = 2 * Math.PI * unit(word1);
    normals[at] = radius * StrictMath.cos(angle);
    normals[at + 1] = radius * StrictMath.sin(angle);
  }

  /** In (0, 1), never 0, so that the logarithm is finite. */
  private static double unit(int word) {
    return (Integer.toUnsignedLong(word) + 0.5) / WORD_RANGE;
  }
}
