package dev.longtake.transformer;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import dev.longtake.weights.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** Random weights that are the same whenever they are asked for. */
record RandomSource(Map<String, Shape> shapes) implements WeightSource {

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public Shape shape(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }

  @Override
  public DType dtype(String name) {
    return DType.F32;
  }

  @Override
  public void readF32(String name, long firstElement, MemorySegment destination) {
    Shape shape = shape(name);
    boolean isGain = name.endsWith("gamma") || (name.contains("norm") && !name.endsWith("bias"));
    float scale = isGain ? 0.1f : (float) Math.sqrt(3.0 * shape.dim(0) / shape.elementCount());
    SplittableRandom random = new SplittableRandom(name.hashCode());
    long count = firstElement + destination.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      float value = (float) (random.nextDouble() * 2 - 1) * scale + (isGain ? 1f : 0f);
      if (i >= firstElement) {
        destination.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i - firstElement, value);
      }
    }
  }
}
