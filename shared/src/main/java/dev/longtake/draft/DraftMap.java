package dev.longtake.draft;

import static dev.longtake.error.Require.require;

/**
 * Turns one latent cell into {@code patch} by {@code patch} pixels, linearly: a rough stand-in for
 * the decoder that costs next to nothing and needs no model.
 *
 * <p>Output {@code o} is {@code weights[o][C] + sum over c of weights[o][c] cell[c]}, in [-1, 1] as
 * far as it fits; {@code o = (y patch + x) 3 + rgb}.
 *
 * @param channels {@code C}, of the latents
 * @param patch pixels of a cell, each way
 * @param weights {@code (3 patch patch, C + 1)}; not copied, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Maps are passed on, never compared.
public record DraftMap(int channels, int patch, float[] weights) {

  /** Latent channels, at most. */
  public static final int CHANNELS_MAX = 256;

  /** Pixels of a cell each way, at most. */
  public static final int PATCH_MAX = 8;

  public DraftMap {
    require(channels > 0 && channels <= CHANNELS_MAX, "channels out of range: %d", channels);
    require(patch > 0 && patch <= PATCH_MAX, "patch out of range: %d", patch);
    int expected = weightCount(channels, patch);
    require(weights.length == expected, "expected %d weights, found %d", expected, weights.length);
    for (float weight : weights) {
      require(Float.isFinite(weight), "a weight is not a number: %s", weight);
    }
  }

  /** Weights of a map. */
  static int weightCount(int channels, int patch) {
    return 3 * patch * patch * (channels + 1);
  }

  /**
   * The pixels of one cell.
   *
   * @param cell its channels; numbers that are not finite give such pixels
   * @param pixels {@code (patch, patch, 3)}, written
   */
  public void apply(float[] cell, float[] pixels) {
    for (int out = 0; out < pixels.length; out++) {
      int row = out * (channels + 1);
      float sum = weights[row + channels];
      for (int c = 0; c < channels; c++) {
        sum += weights[row + c] * cell[c];
      }
      pixels[out] = sum;
    }
  }

  /** The map to one pixel a cell: the mean of its pixels. */
  public DraftMap coarse() {
    int rowLength = channels + 1;
    float[] means = new float[weightCount(channels, 1)];
    for (int i = 0; i < weights.length; i++) {
      int rgb = i / rowLength % 3;
      means[rgb * rowLength + i % rowLength] += weights[i] / (patch * patch);
    }
    return new DraftMap(channels, 1, means);
  }
}
