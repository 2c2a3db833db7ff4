package dev.longtake.vae;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.weights.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tensors of a VAE into a backend, one at a time. What a layer adds to the frames may be
 * rounded where the backend rounds; what the frames themselves go through is kept in 32 bits,
 * because every layer after it would carry that rounding on.
 */
final class VaeLoader {

  private final Backend branches;
  private final Backend backend;
  private final WeightSource source;

  VaeLoader(Backend backend, WeightSource source) {
    this.branches = backend;
    this.backend = backend.inF32();
    this.source = source;
  }

  /** A norm's gamma, whatever number of axes of length 1 it was written with. */
  Tensor gamma(String name, int channels) {
    String full = name + ".gamma";
    Shape shape = source.shape(full);
    if (shape.elementCount() != channels) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          "tensor %s: expected %d elements, found shape %s".formatted(full, channels, shape));
    }
    Tensor gamma = backend.allocate(Shape.of(channels));
    backend.write(gamma, source.readF32(full), 0);
    return gamma;
  }

  /**
   * A causal convolution of stride 1. A kernel whose earlier time taps are all zero is loaded as
   * one of a single tap: it then needs no past, which saves the memory and the work.
   */
  TimeConv causal(String name, int outer, int inner, int time, int height) {
    return causal(backend, name, outer, inner, time, height);
  }

  /** A causal convolution of 3 x 3 x 3 whose result is added to the frames. */
  TimeConv branch(String name, int outer, int inner) {
    return causal(branches, name, outer, inner, 3, 3);
  }

  private TimeConv causal(Backend owner, String name, int outer, int inner, int time, int height) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weight = source.floats(arena, name + ".weight");
      MemorySegment bias = source.floats(arena, name + ".bias");
      long area = (long) height * height;
      if (time > 1 && isLastTapOnly(weight, time, area)) {
        ConvSpec spec = ConvSpec.causal(outer, inner, 1, height, height);
        return new TimeConv(owner.prepareConv(spec, lastTap(arena, weight, time, area), bias));
      }
      ConvSpec spec = ConvSpec.causal(outer, inner, time, height, height);
      return new TimeConv(owner.prepareConv(spec, weight, bias));
    }
  }

  /** A convolution of any other kind. */
  TimeConv conv(String name, ConvSpec spec) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weight = source.floats(arena, name + ".weight");
      return new TimeConv(backend.prepareConv(spec, weight, source.floats(arena, name + ".bias")));
    }
  }

  /** Rows {@code [first, first + outer)} of a convolution with a kernel of one pixel. */
  LinearWeight pixelwise(String name, int first, int outer, int inner) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weight = arena.allocate((long) outer * inner * Float.BYTES, 64);
      source.readF32(name + ".weight", (long) first * inner, weight);
      MemorySegment bias = arena.allocate((long) outer * Float.BYTES, 64);
      source.readF32(name + ".bias", first, bias);
      return backend.prepareLinear(outer, inner, weight, bias);
    }
  }

  /** Whether the layer of this name gives zero whatever comes in. */
  boolean isZero(String name) {
    return isZero(source.readF32(name + ".weight")) && isZero(source.readF32(name + ".bias"));
  }

  private static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLastTapOnly(MemorySegment weight, int time, long area) {
    long count = weight.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      boolean isEarlier = i / area % time < time - 1;
      if (isEarlier && weight.getAtIndex(ValueLayout.JAVA_FLOAT, i) != 0f) {
        return false;
      }
    }
    return true;
  }

  private static MemorySegment lastTap(Arena arena, MemorySegment weight, int time, long area) {
    long areaBytes = area * Float.BYTES;
    long kernels = weight.byteSize() / (time * areaBytes);
    MemorySegment tap = arena.allocate(kernels * areaBytes, 64);
    for (long kernel = 0; kernel < kernels; kernel++) {
      long from = (kernel * time + time - 1) * areaBytes;
      MemorySegment.copy(weight, from, tap, kernel * areaBytes, areaBytes);
    }
    return tap;
  }

  /** A convolution whose kernel is no checkpoint's: {@code (outer, inner, time, height, width)}. */
  TimeConv made(ConvSpec spec, float[] kernel) {
    try (Arena arena = Arena.ofConfined()) {
      return new TimeConv(backend.prepareConv(spec, copy(arena, kernel), null));
    }
  }

  /** A linear map that is no checkpoint's: {@code (outer, inner)}. */
  LinearWeight made(int outer, int inner, float[] weight) {
    try (Arena arena = Arena.ofConfined()) {
      return backend.prepareLinear(outer, inner, copy(arena, weight), null);
    }
  }

  private static MemorySegment copy(Arena arena, float[] values) {
    MemorySegment copy = arena.allocate((long) values.length * Float.BYTES, 64);
    return copy.copyFrom(MemorySegment.ofArray(values));
  }

  /** The weight of a shortcut, or null where channels stay. */
  @Nullable LinearWeight shortcut(String name, int outer, int inner) {
    return inner == outer ? null : pixelwise(name, 0, outer, inner);
  }
}
