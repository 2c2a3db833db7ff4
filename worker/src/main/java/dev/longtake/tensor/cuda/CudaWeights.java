package dev.longtake.tensor.cuda;

import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Weights as the kernels read them: rows of one result each. Pure but for reading host memory. */
final class CudaWeights {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /**
   * {@code (outputCount, inputCount)} and {@code (outputCount)} on the device.
   *
   * @param biasBf16 the bias again for cuBLASLt, which wants it in the result's type; null without
   *     the library, or without a bias
   */
  record Linear(
      int outputCount,
      int inputCount,
      Tensor weight,
      @Nullable Tensor bias,
      @Nullable Tensor biasBf16)
      implements LinearWeight {

    /** Everything that is there. */
    Stream<Tensor> tensors() {
      return Stream.of(
              Optional.of(weight), Optional.ofNullable(bias), Optional.ofNullable(biasBf16))
          .flatMap(Optional::stream);
    }
  }

  /**
   * {@code (outputChannels, tapCount, kernelHeight, kernelWidth, inputChannels)} on the device.
   *
   * @param firstTap of the time taps, the first one kept: those before and after are all zero
   */
  record Conv(ConvSpec spec, int firstTap, int tapCount, Tensor weight, @Nullable Tensor bias)
      implements ConvWeight {

    int terms() {
      return tapCount * spec.kernelHeight() * spec.kernelWidth() * spec.inputChannels();
    }
  }

  /** A convolution's kernel in the order of {@link Conv}, still in host memory. */
  static final class Packed {
    final int firstTap;
    final int tapCount;
    final float[] values;

    Packed(int firstTap, int tapCount, float[] values) {
      this.firstTap = firstTap;
      this.tapCount = tapCount;
      this.values = values;
    }
  }

  private CudaWeights() {}

  /**
   * Packs a kernel.
   *
   * @param weight {@code (outputChannels, inputChannels, kernelTime, kernelHeight, kernelWidth)}
   */
  static Packed pack(ConvSpec spec, MemorySegment weight) {
    int taps = spec.kernelTime();
    int first = 0;
    while (first < taps - 1 && isZero(spec, weight, first)) {
      first++;
    }
    int last = taps - 1;
    while (last > first && isZero(spec, weight, last)) {
      last--;
    }
    int count = last - first + 1;
    int area = area(spec);
    int channels = spec.inputChannels();
    float[] values = new float[spec.outputChannels() * count * area * channels];
    int to = 0;
    for (int o = 0; o < spec.outputChannels(); o++) {
      for (int tap = first; tap <= last; tap++) {
        for (int at = 0; at < area; at++) {
          for (int c = 0; c < channels; c++) {
            long from = (((long) o * channels + c) * taps + tap) * area + at;
            values[to++] = weight.get(FLOAT, from * Float.BYTES);
          }
        }
      }
    }
    return new Packed(first, count, values);
  }

  private static boolean isZero(ConvSpec spec, MemorySegment weight, int tap) {
    int area = area(spec);
    for (long pair = 0; pair < (long) spec.outputChannels() * spec.inputChannels(); pair++) {
      for (int at = 0; at < area; at++) {
        long from = (pair * spec.kernelTime() + tap) * area + at;
        if (weight.get(FLOAT, from * Float.BYTES) != 0f) {
          return false;
        }
      }
    }
    return true;
  }

  private static int area(ConvSpec spec) {
    return spec.kernelHeight() * spec.kernelWidth();
  }
}
