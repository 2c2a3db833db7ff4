package dev.longtake.weights;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Weights of small random numbers, made when they are read: of any size, for benches. */
public record RandomWeights(Map<String, Shape> shapes) implements WeightSource {

  private static final long SEED = 1;

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public Shape shape(String name) {
    return shapes.get(name);
  }

  @Override
  public DType dtype(String name) {
    return DType.F32;
  }

  @Override
  public void readF32(String name, long firstElement, MemorySegment destination) {
    SplittableRandom random = new SplittableRandom(SEED + name.hashCode());
    for (long i = 0; i < destination.byteSize() / Float.BYTES; i++) {
      float value = (float) (random.nextDouble() - 0.5) * 0.05f;
      destination.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES, value);
    }
  }
}
