package dev.longtake.model;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.Shape;
import dev.longtake.weights.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that have shapes but no values, for a model that is built on a counting backend: their
 * memory has a size and must not be touched.
 */
record ShapeSource(Map<String, Shape> shapes) implements WeightSource {

  ShapeSource {
    shapes = Map.copyOf(shapes);
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public Shape shape(String name) {
    @Nullable Shape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return shape;
  }

  @Override
  public DType dtype(String name) {
    return DType.F32;
  }

  /** Leaves the destination as it is. */
  @Override
  public void readF32(String name, long firstElement, MemorySegment destination) {}

  @Override
  @SuppressWarnings("restricted") // A size without memory.
  public MemorySegment floats(Arena arena, String name) {
    return MemorySegment.NULL.reinterpret(shape(name).elementCount() * Float.BYTES);
  }
}
