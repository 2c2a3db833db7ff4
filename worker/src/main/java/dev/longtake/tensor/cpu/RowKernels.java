package dev.longtake.tensor.cpu;

import static dev.longtake.tensor.cpu.Lanes.COUNT;
import static dev.longtake.tensor.cpu.Lanes.fill;
import static dev.longtake.tensor.cpu.Lanes.load;
import static dev.longtake.tensor.cpu.Lanes.store;
import static dev.longtake.tensor.cpu.Lanes.tail;

import dev.longtake.tensor.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Operations on one row of floats at an address; see {@link dev.longtake.tensor.Backend} for what
 * they compute. Results may overwrite inputs.
 */
final class RowKernels {

  private static final VectorShuffle<Float> SWAP_PAIRS =
      VectorShuffle.fromOp(Lanes.SPECIES, lane -> lane ^ 1);
  private static final VectorShuffle<Float> LOW_TWICE =
      VectorShuffle.fromOp(Lanes.SPECIES, lane -> lane >> 1);
  private static final VectorMask<Float> ODD = odd();

  private RowKernels() {}

  private static VectorMask<Float> odd() {
    boolean[] isOdd = new boolean[COUNT];
    for (int lane = 1; lane < COUNT; lane += 2) {
      isOdd[lane] = true;
    }
    return VectorMask.fromArray(Lanes.SPECIES, isOdd, 0);
  }

  private static long at(long address, int index) {
    return address + ((long) index << 2);
  }

  static float sum(long x, int length) {
    FloatVector sum = fill(0f);
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      sum = sum.add(load(at(x, i)));
    }
    if (i < length) {
      sum = sum.add(load(at(x, i), tail(i, length)));
    }
    return Lanes.sum(sum);
  }

  /** The sum of squared distances from {@code mean}. */
  static float squares(long x, float mean, int length) {
    FloatVector sum = fill(0f);
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      FloatVector distance = load(at(x, i)).sub(mean);
      sum = distance.fma(distance, sum);
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      FloatVector distance = load(at(x, i), mask).lanewise(VectorOperators.SUB, mean, mask);
      sum = distance.fma(distance, sum);
    }
    return Lanes.sum(sum);
  }

  /** {@code out = (x - mean) * inverse * (scale + offset) + shift}. */
  static void normalise(
      long out, long x, long scale, float offset, long shift, int length, float epsilon) {
    float mean = sum(x, length) / length;
    float variance = squares(x, mean, length) / length;
    float inverse = (float) (1.0 / Math.sqrt(variance + epsilon));
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      FloatVector normal = load(at(x, i)).sub(mean).mul(inverse);
      store(normal.fma(load(at(scale, i)).add(offset), load(at(shift, i))), at(out, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      FloatVector normal = load(at(x, i), mask).sub(mean).mul(inverse);
      FloatVector factor = load(at(scale, i), mask).add(offset);
      store(normal.fma(factor, load(at(shift, i), mask)), at(out, i), mask);
    }
  }

  /** {@code out = activation(x * factor * weight)}. */
  static void scale(
      long out, long x, float factor, long weight, Activation activation, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      FloatVector y = load(at(x, i)).mul(factor).mul(load(at(weight, i)));
      store(activated(y, activation), at(out, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      FloatVector y = load(at(x, i), mask).mul(factor).mul(load(at(weight, i), mask));
      store(activated(y, activation), at(out, i), mask);
    }
  }

  static void rmsNorm(long out, long x, long weight, float epsilon, int length) {
    float mean = squares(x, 0f, length) / length;
    scale(out, x, (float) (1.0 / Math.sqrt(mean + epsilon)), weight, Activation.NONE, length);
  }

  static void channelNorm(long out, long x, long gamma, Activation activation, int length) {
    double norm = Math.max(Math.sqrt(squares(x, 0f, length)), 1e-12);
    scale(out, x, (float) (Math.sqrt(length) / norm), gamma, activation, length);
  }

  private static FloatVector activated(FloatVector x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case SILU -> Lanes.silu(x);
      case GELU_TANH -> Lanes.geluTanh(x);
    };
  }

  static void activate(long out, long x, Activation activation, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      store(activated(load(at(x, i)), activation), at(out, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      store(activated(load(at(x, i), mask), activation), at(out, i), mask);
    }
  }

  /** {@code x += factor * y}. */
  static void addScaled(long x, long y, float factor, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      store(load(at(y, i)).fma(fill(factor), load(at(x, i))), at(x, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      store(load(at(y, i), mask).fma(fill(factor), load(at(x, i), mask)), at(x, i), mask);
    }
  }

  /** {@code x += y * gate}. */
  static void addGated(long x, long y, long gate, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      store(load(at(y, i)).fma(load(at(gate, i)), load(at(x, i))), at(x, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      FloatVector sum = load(at(y, i), mask).fma(load(at(gate, i), mask), load(at(x, i), mask));
      store(sum, at(x, i), mask);
    }
  }

  /** {@code out = x * y}. */
  static void multiply(long out, long x, long y, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      store(load(at(x, i)).mul(load(at(y, i))), at(out, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      store(load(at(x, i), mask).mul(load(at(y, i), mask)), at(out, i), mask);
    }
  }

  /** Writes {@code x} to {@code out} in bf16; {@code out} may lie at or anywhere before it. */
  static void round(long out, long x, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      Lanes.storeRounded(load(at(x, i)), out + 2L * i);
    }
    if (i < length) {
      Lanes.storeRounded(load(at(x, i), tail(i, length)), out + 2L * i, length - i);
    }
  }

  /** {@code out = x * factor}. */
  static void multiply(long out, long x, float factor, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      store(load(at(x, i)).mul(factor), at(out, i));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      store(load(at(x, i), mask).mul(factor), at(out, i), mask);
    }
  }

  /** Rotates the pairs of one head; {@code length} is twice the number of pairs. */
  static void rotate(long out, long x, long cos, long sin, int length) {
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      VectorMask<Float> half = tail(0, COUNT / 2);
      FloatVector c = load(at(cos, i / 2), half).rearrange(LOW_TWICE);
      FloatVector s = load(at(sin, i / 2), half).rearrange(LOW_TWICE);
      store(rotated(load(at(x, i)), c, s), at(out, i));
    }
    if (i < length) {
      VectorMask<Float> half = tail(i / 2, length / 2);
      VectorMask<Float> mask = tail(i, length);
      FloatVector c = load(at(cos, i / 2), half).rearrange(LOW_TWICE);
      FloatVector s = load(at(sin, i / 2), half).rearrange(LOW_TWICE);
      store(rotated(load(at(x, i), mask), c, s), at(out, i), mask);
    }
  }

  /** Even lanes {@code a cos - b sin}, odd lanes {@code a sin + b cos}. */
  private static FloatVector rotated(FloatVector x, FloatVector cos, FloatVector sin) {
    FloatVector signed = sin.lanewise(VectorOperators.NEG, ODD.not());
    return x.fma(cos, x.rearrange(SWAP_PAIRS).mul(signed));
  }

  /** {@code x = x * factor + y}; returns the largest result. */
  static float scaleAndAdd(long x, float factor, long y, int length) {
    FloatVector max = fill(Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      FloatVector value = load(at(x, i)).fma(fill(factor), load(at(y, i)));
      store(value, at(x, i));
      max = max.max(value);
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      FloatVector value = load(at(x, i), mask).fma(fill(factor), load(at(y, i), mask));
      store(value, at(x, i), mask);
      max = max.lanewise(VectorOperators.MAX, value, mask);
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** The largest value. */
  static float max(long x, int length) {
    FloatVector max = fill(Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      max = max.max(load(at(x, i)));
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      max = max.lanewise(VectorOperators.MAX, load(at(x, i), mask), mask);
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  /** {@code x = exp(x * factor - max)}; returns the sum of the results. */
  static float exponentials(long x, float factor, float max, int length) {
    FloatVector sum = fill(0f);
    FloatVector negated = fill(-max);
    int i = 0;
    for (; i <= length - COUNT; i += COUNT) {
      FloatVector value = Lanes.exp(load(at(x, i)).fma(fill(factor), negated));
      store(value, at(x, i));
      sum = sum.add(value);
    }
    if (i < length) {
      VectorMask<Float> mask = tail(i, length);
      FloatVector value = Lanes.exp(load(at(x, i), mask).fma(fill(factor), negated));
      store(value, at(x, i), mask);
      sum = sum.lanewise(VectorOperators.ADD, value, mask);
    }
    return Lanes.sum(sum);
  }
}
