package dev.longtake.loadtest.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CorrectionsTest {

  private static final LatentShape SHAPE = new LatentShape(4, 2, 2, 2);
  private static final Offset<Float> CLOSE = within(1e-4f);
  private static final float SIGMA = 0.8f;

  /** Latents of a known picture at {@code SIGMA}, and the velocity that leads there. */
  private static float[][] state(float[] picture) {
    float[] noise = new StartNoise(3, 0).of(SHAPE);
    float[] latents = new float[picture.length];
    float[] velocity = new float[picture.length];
    for (int i = 0; i < picture.length; i++) {
      latents[i] = (1 - SIGMA) * picture[i] + SIGMA * noise[i];
      velocity[i] = noise[i] - picture[i];
    }
    return new float[][] {latents, velocity};
  }

  private static float[] picture() {
    float[] picture = new float[SHAPE.size()];
    for (int i = 0; i < picture.length; i++) {
      int frame = i / SHAPE.frameSize();
      picture[i] = i % 7 + frame;
    }
    return picture;
  }

  @Test
  void statistics_allTheWay_giveEveryFrameTheShotsMean() {
    float[][] state = state(picture());

    float[] velocity = Corrections.statistics(1, 0.5, 1).apply(SHAPE, SIGMA, state[0], state[1]);

    float[] means = new float[SHAPE.frameCount()];
    for (int frame = 0; frame < means.length; frame++) {
      for (int cell = 0; cell < SHAPE.cells(); cell++) {
        int at = frame * SHAPE.frameSize() + cell;
        means[frame] += (state[0][at] - SIGMA * velocity[at]) / SHAPE.cells();
      }
    }
    assertThat(means).containsExactly(repeated(means[0], means.length), CLOSE);
  }

  private static float[] repeated(float value, int count) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }
}
