package dev.longtake.weights;

import dev.longtake.tensor.Backend;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads a network's tensors from a checkpoint into a backend, by name. What is loaded lives as long
 * as the backend, but for linear maps that are released before.
 */
public final class Layers {

  private final WeightSource source;
  private final Backend backend;
  private final List<LinearWeight> linears = new ArrayList<>();

  public Layers(WeightSource source, Backend backend) {
    this.source = source;
    this.backend = backend;
  }

  /**
   * The linear map {@code prefix.weight}, with {@code prefix.bias} if there is one. All axes of the
   * weight but the first count as one: a convolution whose stride is its kernel is a linear map of
   * patches.
   */
  public LinearWeight linear(String prefix) {
    String weightName = prefix + ".weight";
    String biasName = prefix + ".bias";
    Shape shape = source.shape(weightName);
    int outputCount = shape.dim(0);
    int inputCount = Math.toIntExact(shape.elementCount() / outputCount);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment weight = source.floats(arena, weightName);
      MemorySegment bias =
          source.names().contains(biasName) ? source.floats(arena, biasName) : null;
      LinearWeight prepared = backend.prepareLinear(outputCount, inputCount, weight, bias);
      linears.add(prepared);
      return prepared;
    }
  }

  /** Gives back every linear map that was loaded; none of them may be used any more. */
  public void release() {
    linears.forEach(backend::release);
    linears.clear();
  }

  /** The tensor as it is. */
  public Tensor tensor(String name) {
    Shape shape = source.shape(name);
    Tensor tensor = backend.allocate(shape);
    backend.write(tensor, source.readF32(name), 0);
    return tensor;
  }

  /** The tensor, in memory that is given back with the workspace's. */
  public Tensor tensor(Workspace workspace, String name) {
    Shape shape = source.shape(name);
    Tensor tensor = workspace.take(DType.F32, shape);
    backend.write(tensor, source.readF32(name), 0);
    return tensor;
  }

  /** The tensor under another shape of equal element count. */
  public Tensor tensor(String name, int... dims) {
    return tensor(name).view(dims);
  }
}
