package dev.longtake.render;

import dev.longtake.draft.DraftMap;
import java.util.SplittableRandom;

/**
 * Finds the {@link DraftMap} of a model: the linear map from a latent cell to its pixels that is
 * nearest, in the sense of least squares, to what the model's own encoder makes of pictures that
 * are drawn here. So it asks nothing of a checkpoint but its encoder, once, when it is opened.
 *
 * <p>The normal equations {@code (X'X + r I) W = X'Y}, with a small {@code r} so that channels
 * which say nothing of a still picture get no weight; solved by Cholesky's method.
 *
 * @see <a href="https://github.com/comfyanonymous/ComfyUI/blob/master/comfy/latent_formats.py">
 *     ComfyUI's latent_formats.py</a>, which has such maps for public models
 */
final class DraftFit {

  /** Latent cells of a picture, each way: few, as the encoder of a large model takes its time. */
  private static final int CELLS = 16;

  /** Cells at a picture's edge look otherwise, because encoders see nothing beyond it. */
  private static final int EDGE = 1;

  /** So many pictures have twenty times as many cells as there are unknowns. */
  private static final int PICTURES = 3;

  private static final long SEED = 20261201L;

  /** Of the mean square of a channel. */
  private static final double RIDGE = 1e-2;

  /** Pixels of the film that one pixel of a draft stands for, about. */
  private static final int PIXELS_EACH = 4;

  private final int channels;
  private final int factor;
  private final int patch;
  private final double[][] squares;
  private final double[][] products;

  private DraftFit(RenderModel model) {
    this.channels = model.card().geometry().channels();
    this.factor = model.card().geometry().spatialFactor();
    this.patch = patch(factor);
    this.squares = new double[channels + 1][channels + 1];
    this.products = new double[channels + 1][3 * patch * patch];
  }

  /** A divisor of the cell's pixels. */
  private static int patch(int factor) {
    int patch = Math.clamp(factor / PIXELS_EACH, 1, DraftMap.PATCH_MAX);
    while (factor % patch != 0) {
      patch--;
    }
    return patch;
  }

  /**
   * Finds it. The engine's thread; takes as long as a dozen small pictures take to encode.
   *
   * @throws IllegalArgumentException if the model gives numbers that nothing can be made of
   */
  static DraftMap of(RenderModel model) {
    var fit = new DraftFit(model);
    var random = new SplittableRandom(SEED);
    int size = CELLS * fit.factor;
    for (int i = 0; i < PICTURES; i++) {
      float[] picture = DraftPicture.draw(size, random);
      fit.add(picture, model.encodePicture(picture, size, size));
    }
    return fit.solve();
  }

  private void add(float[] picture, float[] latents) {
    double[] cell = new double[channels + 1];
    double[] pixels = new double[3 * patch * patch];
    cell[channels] = 1;
    for (int at = 0; at < CELLS * CELLS; at++) {
      if (isAtEdge(at % CELLS) || isAtEdge(at / CELLS)) {
        continue;
      }
      for (int c = 0; c < channels; c++) {
        cell[c] = latents[c * CELLS * CELLS + at];
      }
      for (int out = 0; out < pixels.length; out++) {
        pixels[out] = mean(picture, at, out);
      }
      for (int i = 0; i <= channels; i++) {
        for (int j = 0; j <= channels; j++) {
          squares[i][j] += cell[i] * cell[j];
        }
        for (int out = 0; out < pixels.length; out++) {
          products[i][out] += cell[i] * pixels[out];
        }
      }
    }
  }

  private static boolean isAtEdge(int place) {
    return place < EDGE || place >= CELLS - EDGE;
  }

  /** The mean colour of the part of a picture that one pixel of a draft stands for. */
  private double mean(float[] picture, int cell, int out) {
    int each = factor / patch;
    int size = CELLS * factor;
    int rgb = out % 3;
    int x0 = cell % CELLS * factor + out / 3 % patch * each;
    int y0 = cell / CELLS * factor + out / 3 / patch * each;
    double sum = 0;
    for (int y = y0; y < y0 + each; y++) {
      for (int x = x0; x < x0 + each; x++) {
        sum += picture[(rgb * size + y) * size + x];
      }
    }
    return sum / (each * each);
  }

  private DraftMap solve() {
    int unknowns = channels + 1;
    double trace = 0;
    for (int i = 0; i < channels; i++) {
      trace += squares[i][i];
    }
    for (int i = 0; i < channels; i++) {
      squares[i][i] += RIDGE * trace / channels;
    }
    decompose(squares);
    float[] weights = new float[3 * patch * patch * unknowns];
    double[] column = new double[unknowns];
    for (int out = 0; out < 3 * patch * patch; out++) {
      for (int i = 0; i < unknowns; i++) {
        column[i] = products[i][out];
      }
      substitute(squares, column);
      for (int i = 0; i < unknowns; i++) {
        weights[out * unknowns + i] = (float) column[i];
      }
    }
    return new DraftMap(channels, patch, weights);
  }

  /** The lower triangle {@code L} with {@code L L' = matrix}, in its place. */
  private static void decompose(double[][] matrix) {
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = matrix[i][j];
        for (int k = 0; k < j; k++) {
          rest -= matrix[i][k] * matrix[j][k];
        }
        matrix[i][j] = i == j ? Math.sqrt(rest) : rest / matrix[j][j];
      }
    }
  }

  /** Solves {@code L L' x = column}, in its place. */
  private static void substitute(double[][] lower, double[] column) {
    int n = column.length;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        column[i] -= lower[i][k] * column[k];
      }
      column[i] /= lower[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        column[i] -= lower[k][i] * column[k];
      }
      column[i] /= lower[i][i];
    }
  }
}
