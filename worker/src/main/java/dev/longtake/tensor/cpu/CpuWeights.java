package dev.longtake.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.util.Objects.requireNonNull;

import dev.longtake.lifetime.Opened;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.HostMemory;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cpu.DnnlEngine.PostOps;
import dev.longtake.tensor.cpu.DnnlEngine.Window;
import dev.longtake.tensor.cpu.MathThread.ConvShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings weights into the layouts that oneDNN likes, once, when a model is loaded. All weights of
 * one size share a layout, and with it the primitives.
 */
final class CpuWeights {

  /** Rows of the product that a layout is chosen for: what a tile of a chunk has. */
  private static final int TYPICAL_ROWS = 64;

  private static final int SHAPES_MAX = 4096;

  /** The matrix of a linear map, in its layout, and the type that it is multiplied in. */
  record Linear(
      int outputCount,
      int inputCount,
      DType operands,
      long layout,
      MemorySegment weight,
      @Nullable Tensor bias)
      implements LinearWeight {}

  /** The kernel of one time tap, in each layout that was needed so far. */
  static final class Tap {
    private final int time;
    private final Map<Long, MemorySegment> kernels = new HashMap<>();

    Tap(int time, long layout, MemorySegment kernel) {
      this.time = time;
      kernels.put(layout, kernel);
    }

    /** Its index among the kernel's time taps. */
    int time() {
      return time;
    }

    MemorySegment kernel(long layout) {
      return requireNonNull(kernels.get(layout));
    }

    /** Makes the kernel available in a layout; the caller's thread, before tiles are computed. */
    void require(long layout, CpuWeights weights) {
      if (!kernels.containsKey(layout)) {
        Map.Entry<Long, MemorySegment> known = kernels.entrySet().iterator().next();
        kernels.put(layout, weights.repacked(known.getKey(), known.getValue(), layout));
      }
    }
  }

  /** The taps that are not zero, earliest first, in layouts that {@code layouts} finds. */
  record Conv(ConvSpec spec, CpuWeights layouts, List<Tap> taps, Tensor bias)
      implements ConvWeight {
    Conv {
      taps = List.copyOf(taps);
    }
  }

  private record ProductSize(int outputCount, int inputCount) {}

  private final HostMemory memory;
  private final DType operands;
  private final MathThread thread;
  private final Map<ProductSize, Long> productLayouts = new HashMap<>();
  private final LinkedHashMap<ConvShape, Long> kernelLayouts = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Long> knownLayouts = new ArrayList<>();

  /**
   * Weights that live in {@code memory}.
   *
   * @param operands element type of matrices and kernels
   * @param thread of the caller
   */
  CpuWeights(HostMemory memory, DType operands, MathThread thread) {
    this.memory = memory;
    this.operands = operands;
    this.thread = thread;
  }

  /** Element type of matrices and kernels, and of what they are multiplied with. */
  DType operands() {
    return operands;
  }

  /** See {@link dev.longtake.tensor.Backend#prepareLinear}. */
  Linear linear(
      int outputCount, int inputCount, MemorySegment weight, @Nullable MemorySegment bias) {
    DnnlLibrary.useOneThread();
    long layout =
        productLayouts.computeIfAbsent(
            new ProductSize(outputCount, inputCount), this::productLayout);
    long plain =
        DnnlEngine.strided(
            DType.F32, new long[] {inputCount, outputCount}, new long[] {1, inputCount});
    try (Opened opened = new Opened()) {
      MemorySegment packed = packed(plain, weight, layout);
      opened.add(() -> memory.free(packed));
      Tensor added = bias == null ? null : owned(bias);
      return opened.keep(new Linear(outputCount, inputCount, operands, layout, packed, added));
    }
  }

  private long productLayout(ProductSize size) {
    int inputs = size.inputCount();
    int outputs = size.outputCount();
    long source =
        DnnlEngine.strided(operands, new long[] {TYPICAL_ROWS, inputs}, new long[] {inputs, 1});
    long weights = DnnlEngine.tagged(operands, DnnlEngine.TAG_ANY, inputs, outputs);
    long result =
        DnnlEngine.strided(DType.F32, new long[] {TYPICAL_ROWS, outputs}, new long[] {outputs, 1});
    long layout = weightLayout(DnnlEngine.matmul(source, weights, 0, result, PostOps.NONE));
    DnnlEngine.destroyDescriptors(source, weights, result);
    return layout;
  }

  private static long weightLayout(long primitiveDescriptor) {
    long layout = DnnlEngine.layout(primitiveDescriptor, DnnlCall.QUERY_WEIGHTS);
    DnnlEngine.destroy(DnnlLibrary.PRIMITIVE_DESC_DESTROY, primitiveDescriptor);
    return layout;
  }

  /** Copies values into another layout, rounding them to its type; their descriptor goes. */
  private MemorySegment packed(long plainLayout, MemorySegment values, long layout) {
    MemorySegment packed = memory.allocate(DnnlEngine.byteSize(layout));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source =
          values.isNative() ? values : arena.allocate(values.byteSize(), 64).copyFrom(values);
      thread.reorder(plainLayout, source.address(), layout, packed.address());
    }
    DnnlEngine.destroyDescriptors(plainLayout);
    return packed;
  }

  private Tensor owned(MemorySegment values) {
    Tensor tensor = memory.allocate(Shape.of(Math.toIntExact(values.byteSize() / Float.BYTES)));
    tensor.storage().copyFrom(values);
    return tensor;
  }

  /** See {@link dev.longtake.tensor.Backend#prepareConv}. */
  Conv conv(ConvSpec spec, MemorySegment weight, @Nullable MemorySegment bias) {
    DnnlLibrary.useOneThread();
    ConvShape typical = typicalShape(spec);
    long layout = kernelLayout(typical);
    List<Tap> taps = new ArrayList<>();
    for (int time = 0; time < spec.kernelTime(); time++) {
      float[] kernel = tap(spec, weight, time);
      if (!isZero(kernel)) {
        long plain = typical.kernel(DType.F32, DnnlEngine.TAG_OIHW);
        MemorySegment packed = packed(plain, MemorySegment.ofArray(kernel), layout);
        taps.add(new Tap(time, layout, packed));
      }
    }
    MemorySegment noBias = MemorySegment.ofArray(new float[spec.outputChannels()]);
    return new Conv(spec, this, taps, owned(bias == null ? noBias : bias));
  }

  /** The kernel of one time tap, {@code (outputChannels, inputChannels, height, width)}. */
  private static float[] tap(ConvSpec spec, MemorySegment weight, int time) {
    int area = spec.kernelHeight() * spec.kernelWidth();
    int pairs = spec.outputChannels() * spec.inputChannels();
    float[] kernel = new float[pairs * area];
    for (int pair = 0; pair < pairs; pair++) {
      long from = ((long) pair * spec.kernelTime() + time) * area;
      MemorySegment.copy(weight, JAVA_FLOAT, 4 * from, kernel, pair * area, area);
    }
    return kernel;
  }

  private static boolean isZero(float[] kernel) {
    for (float value : kernel) {
      if (value != 0f) {
        return false;
      }
    }
    return true;
  }

  /** A picture of middle size: for the layout that most bands will want. */
  private static ConvShape typicalShape(ConvSpec spec) {
    int height = 16 * spec.strideSpace();
    int width = 32 * spec.strideSpace();
    int outputHeight = spec.outputHeight(height);
    int outputWidth = spec.outputWidth(width);
    long reachDown = (outputHeight - 1L) * spec.strideSpace() + spec.kernelHeight();
    long reachRight = (outputWidth - 1L) * spec.strideSpace() + spec.kernelWidth();
    Window window =
        new Window(
            spec.strideSpace(),
            spec.paddingTop(),
            reachDown - spec.paddingTop() - height,
            spec.paddingLeft(),
            reachRight - spec.paddingLeft() - width);
    return new ConvShape(
        height,
        width,
        spec.inputChannels(),
        outputHeight,
        outputWidth,
        spec.outputChannels(),
        spec.kernelHeight(),
        spec.kernelWidth(),
        window);
  }

  /**
   * The layout oneDNN likes for the kernel of a convolution of this shape. It depends on the shape,
   * and with a layout meant for another one oneDNN may fall back to plain loops, a thousand times
   * slower. Equal layouts have one number.
   */
  long kernelLayout(ConvShape shape) {
    Long known = kernelLayouts.get(shape);
    if (known != null) {
      return known;
    }
    DnnlLibrary.useOneThread();
    long source = shape.source(operands);
    long any = shape.kernel(operands, DnnlEngine.TAG_ANY);
    long destination = shape.destination();
    long found =
        weightLayout(
            DnnlEngine.convolution(source, any, 0, destination, shape.window(), PostOps.NONE));
    DnnlEngine.destroyDescriptors(source, any, destination);
    long layout = theOne(found);
    kernelLayouts.put(shape, layout);
    if (kernelLayouts.size() > SHAPES_MAX) {
      kernelLayouts.pollFirstEntry();
    }
    return layout;
  }

  /** The number by which a layout is known. */
  private long theOne(long layout) {
    for (long known : knownLayouts) {
      if (DnnlEngine.isSame(known, layout)) {
        DnnlEngine.destroyDescriptors(layout);
        return known;
      }
    }
    knownLayouts.add(layout);
    return layout;
  }

  /** The same kernel in another layout. */
  MemorySegment repacked(long layout, MemorySegment kernel, long wanted) {
    DnnlLibrary.useOneThread();
    MemorySegment packed = memory.allocate(DnnlEngine.byteSize(wanted));
    thread.reorder(layout, kernel.address(), wanted, packed.address());
    return packed;
  }
}
