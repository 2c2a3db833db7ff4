package dev.longtake.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * A short check that a backend computes: the operations that a transformer spends its time in,
 * against {@link ReferenceBackend}.
 */
public final class SelfTest {

  private static final int ROWS = 70;
  private static final int LENGTH = 64;
  private static final int HEADS = 2;
  private static final long SEED = 1;

  private SelfTest() {}

  /** The relative L2 distance between what the backend and the definition compute. */
  public static double error(Backend backend) {
    float[] found = compute(backend);
    float[] expected;
    try (Backend reference = new ReferenceBackend()) {
      expected = compute(reference);
    }
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < expected.length; i++) {
      squares += (double) expected[i] * expected[i];
      errors += Math.pow((double) found[i] - expected[i], 2);
    }
    return Math.sqrt(errors / squares);
  }

  private static float[] compute(Backend backend) {
    Random random = new Random(SEED);
    float[] result = new float[ROWS * LENGTH];
    try (Workspace workspace = backend.openWorkspace()) {
      Tensor x = workspace.take(ROWS, LENGTH);
      Tensor y = workspace.take(ROWS, LENGTH);
      Tensor scale = workspace.takeF32(LENGTH);
      Tensor shift = workspace.takeF32(LENGTH);
      backend.write(x, values(random, ROWS * LENGTH, 1), 0);
      backend.write(scale, values(random, LENGTH, 1), 0);
      backend.write(shift, values(random, LENGTH, 1), 0);
      LinearWeight weight =
          backend.prepareLinear(
              LENGTH,
              LENGTH,
              MemorySegment.ofArray(values(random, LENGTH * LENGTH, 0.125f)),
              MemorySegment.ofArray(values(random, LENGTH, 1)));
      try {
        backend.layerNormModulated(y, x, scale, shift, 1e-6f);
        backend.linear(x, y, weight, Activation.GELU_TANH);
        backend.attention(y, x, x, x, HEADS, 0.17f, null);
        backend.read(y, result, 0);
      } finally {
        backend.release(weight);
      }
    }
    return result;
  }

  private static float[] values(Random random, int count, float factor) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = factor * (float) random.nextGaussian();
    }
    return values;
  }
}
