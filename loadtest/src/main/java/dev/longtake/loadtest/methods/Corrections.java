package dev.longtake.loadtest.methods;

/** What can hold a shot's velocity together beside its windows. Pure. */
final class Corrections {

  private static final float EPSILON = 1e-6f;

  private Corrections() {}

  /**
   * Draws each channel's mean and deviation, around every latent frame, towards those of the whole
   * shot; of the estimate of the picture, {@code x0 = x - sigma v}.
   *
   * @param length latent frames around one that its statistics are taken of
   * @param from the noise level down to which that is done
   * @param strength 0 not at all, 1 all the way
   * @see <a href="https://arxiv.org/abs/1703.06868">Huang and Belongie, Arbitrary Style Transfer
   *     with Adaptive Instance Normalization, 2017</a>
   */
  static Correction statistics(int length, double from, float strength) {
    return (shape, sigma, latents, velocity) -> {
      if (sigma < from) {
        return velocity;
      }
      float[] estimate = moved(latents, velocity, -sigma);
      for (int channel = 0; channel < shape.channels(); channel++) {
        draw(shape, estimate, channel, length, strength);
      }
      return towards(latents, estimate, -sigma);
    };
  }

  private static void draw(
      LatentShape shape, float[] estimate, int channel, int length, float strength) {
    int count = shape.frameCount();
    double[] sum = new double[count + 1];
    double[] squares = new double[count + 1];
    for (int frame = 0; frame < count; frame++) {
      sum[frame + 1] = sum[frame];
      squares[frame + 1] = squares[frame];
      int at = frame * shape.frameSize() + channel * shape.cells();
      for (int i = at; i < at + shape.cells(); i++) {
        sum[frame + 1] += estimate[i];
        squares[frame + 1] += (double) estimate[i] * estimate[i];
      }
    }
    double[] whole = statistics(sum, squares, 0, count, shape.cells());
    for (int frame = 0; frame < count; frame++) {
      int first = Math.clamp(frame - length / 2, 0, Math.max(0, count - length));
      double[] own =
          statistics(sum, squares, first, Math.min(count, first + length), shape.cells());
      double scale = ((1 - strength) * own[1] + strength * whole[1]) / (own[1] + EPSILON);
      double mean = (1 - strength) * own[0] + strength * whole[0];
      int at = frame * shape.frameSize() + channel * shape.cells();
      for (int i = at; i < at + shape.cells(); i++) {
        estimate[i] = (float) ((estimate[i] - own[0]) * scale + mean);
      }
    }
  }

  /** Mean and deviation of frames from {@code first} up to {@code end}, that excluded. */
  private static double[] statistics(
      double[] sum, double[] squares, int first, int end, int cells) {
    double count = (double) (end - first) * cells;
    double mean = (sum[end] - sum[first]) / count;
    double variance = (squares[end] - squares[first]) / count - mean * mean;
    return new double[] {mean, Math.sqrt(Math.max(0, variance))};
  }

  private static float[] moved(float[] latents, float[] velocity, float by) {
    float[] moved = new float[latents.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = latents[i] + by * velocity[i];
    }
    return moved;
  }

  /** The velocity that leads from one to the other in {@code by}. */
  private static float[] towards(float[] from, float[] to, float by) {
    float[] velocity = new float[from.length];
    for (int i = 0; i < velocity.length; i++) {
      velocity[i] = (to[i] - from[i]) / by;
    }
    return velocity;
  }
}
