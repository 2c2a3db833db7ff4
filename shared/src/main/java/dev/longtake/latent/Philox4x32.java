package dev.longtake.latent;

/**
 * The counter-based generator Philox 4x32-10: a keyed bijection of 128-bit counters, so that any
 * number of a stream can be drawn without drawing those before it.
 *
 * @see <a href="https://doi.org/10.1145/2063384.2063405">Salmon et al., Parallel Random Numbers: As
 *     Easy as 1, 2, 3, 2011</a>, section 3.3; test vectors in Random123's {@code kat_vectors}
 */
final class Philox4x32 {

  private static final int ROUND_COUNT = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW_WORD = 0xFFFFFFFFL;

  private Philox4x32() {}

  /**
   * Replaces the counter by its four random words.
   *
   * @param block {@code (4)}, the counter, overwritten
   * @param key0 low word of the key
   * @param key1 high word of the key
   */
  static void apply(int[] block, int key0, int key1) {
    int c0 = block[0];
    int c1 = block[1];
    int c2 = block[2];
    int c3 = block[3];
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUND_COUNT; round++) {
      long product0 = MULTIPLIER_0 * (c0 & LOW_WORD);
      long product1 = MULTIPLIER_1 * (c2 & LOW_WORD);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    block[0] = c0;
    block[1] = c1;
    block[2] = c2;
    block[3] = c3;
  }
}
