package dev.longtake.tensor.cpu;

import static dev.longtake.tensor.cpu.DnnlLibrary.check;
import static dev.longtake.tensor.cpu.DnnlLibrary.pointerIn;
import static dev.longtake.tensor.cpu.DnnlLibrary.unexpected;

import dev.longtake.tensor.DType;
import dev.longtake.tensor.HostMemory;
import dev.longtake.tensor.cpu.DnnlEngine.PostOps;
import dev.longtake.tensor.cpu.DnnlEngine.Window;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one thread of the pool needs to call oneDNN: a stream, scratch memory, and the primitives it
 * has made so far by shape. Never used by two threads at once.
 */
final class MathThread implements AutoCloseable {

  /**
   * A matrix product {@code (rows, inputs) x (inputs, outputs)}, summed in 32 bits.
   *
   * @param operands element type of both matrices; that of bias and result is F32
   * @param sourceStride elements from row to row
   * @param weights layout of the right matrix
   */
  record MatmulKey(
      DType operands,
      int rows,
      int inputs,
      int outputs,
      int sourceStride,
      int destinationStride,
      Weights weights,
      boolean hasBias,
      PostOps postOps) {}

  /** How the right matrix of a product lies in memory. */
  sealed interface Weights {
    /** In a layout that oneDNN chose; {@code descriptor} stands for it. */
    record Packed(long descriptor) implements Weights {}

    /** Plain, with these element strides along inputs and outputs. */
    record Plain(int inputStride, int outputStride) implements Weights {}
  }

  /** Sizes of a convolution of one band of rows of one frame. */
  record ConvShape(
      int inputHeight,
      int inputWidth,
      int inputChannels,
      int outputHeight,
      int outputWidth,
      int outputChannels,
      int kernelHeight,
      int kernelWidth,
      Window window) {

    /** Elements of the input. */
    int inputCount() {
      return inputHeight * inputWidth * inputChannels;
    }

    /** The descriptor of {@code (1, C, H, W)} stored channels-last. */
    long source(DType type) {
      return DnnlEngine.tagged(
          type, DnnlEngine.TAG_NHWC, 1, inputChannels, inputHeight, inputWidth);
    }

    /** The descriptor of the result, stored likewise in F32. */
    long destination() {
      return DnnlEngine.tagged(
          DType.F32, DnnlEngine.TAG_NHWC, 1, outputChannels, outputHeight, outputWidth);
    }

    /** The descriptor of the kernel in a named layout, or any. */
    long kernel(DType type, int tag) {
      return DnnlEngine.tagged(type, tag, outputChannels, inputChannels, kernelHeight, kernelWidth);
    }
  }

  /**
   * A convolution of one band, summed in 32 bits.
   *
   * @param operands element type of input and kernel; that of bias and result is F32
   * @param layout of the kernel
   */
  record ConvKey(DType operands, ConvShape shape, long layout, boolean hasBias, PostOps postOps) {}

  private static final int CALLS_MAX = 1024;
  private static final long MEMORY_BYTES_MIN = 1 << 16;

  private final long stream = createStream();
  private final Map<Object, DnnlCall> calls = new LinkedHashMap<>(16, 0.75f, true);
  private final HostMemory memory = new HostMemory();
  private MemorySegment scratch = memory.allocate(MEMORY_BYTES_MIN);
  private MemorySegment tileMemory = memory.allocate(MEMORY_BYTES_MIN);

  private static long createStream() {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment holder = local.allocate(ValueLayout.JAVA_LONG);
      check(
          (int) DnnlLibrary.STREAM_CREATE.invokeExact(holder.address(), DnnlEngine.ENGINE, 1),
          "a stream");
      return pointerIn(holder);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Multiplies; a bias address of 0 where the key has none. */
  void matmul(MatmulKey key, long source, long weights, long bias, long destination) {
    DnnlCall call = calls.get(key);
    if (call == null) {
      call = createMatmul(key);
      keep(key, call);
    }
    execute(call, source, weights, bias, destination);
  }

  private DnnlCall createMatmul(MatmulKey key) {
    long source =
        DnnlEngine.strided(
            key.operands(),
            new long[] {key.rows(), key.inputs()},
            new long[] {key.sourceStride(), 1});
    long weights =
        switch (key.weights()) {
          case Weights.Packed(long descriptor) -> descriptor;
          case Weights.Plain(int inputStride, int outputStride) ->
              DnnlEngine.strided(
                  key.operands(),
                  new long[] {key.inputs(), key.outputs()},
                  new long[] {inputStride, outputStride});
        };
    long bias =
        key.hasBias()
            ? DnnlEngine.strided(DType.F32, new long[] {1, key.outputs()}, rowStrides(key))
            : 0;
    long destination =
        DnnlEngine.strided(
            DType.F32,
            new long[] {key.rows(), key.outputs()},
            new long[] {key.destinationStride(), 1});
    var call =
        new DnnlCall(
            DnnlEngine.matmul(source, weights, bias, destination, key.postOps()), true, bias);
    DnnlEngine.destroyDescriptors(source, bias, destination);
    if (key.weights() instanceof Weights.Plain) {
      DnnlEngine.destroyDescriptors(weights);
    }
    return call;
  }

  /** Keeps a primitive; a thread that meets ever new shapes forgets those it met longest ago. */
  private void keep(Object key, DnnlCall call) {
    calls.put(key, call);
    if (calls.size() > CALLS_MAX) {
      var eldest = calls.entrySet().iterator();
      eldest.next().getValue().destroy();
      eldest.remove();
    }
  }

  private static long[] rowStrides(MatmulKey key) {
    return new long[] {key.outputs(), 1};
  }

  /** Convolves; a bias address of 0 where the key has none. */
  void convolve(ConvKey key, long source, long weights, long bias, long destination) {
    DnnlCall call = calls.get(key);
    if (call == null) {
      call = createConvolution(key);
      keep(key, call);
    }
    execute(call, source, weights, bias, destination);
  }

  private DnnlCall createConvolution(ConvKey key) {
    ConvShape shape = key.shape();
    long source = shape.source(key.operands());
    long destination = shape.destination();
    long bias =
        key.hasBias()
            ? DnnlEngine.strided(DType.F32, new long[] {shape.outputChannels()}, new long[] {1})
            : 0;
    var call =
        new DnnlCall(
            DnnlEngine.convolution(
                source, key.layout(), bias, destination, shape.window(), key.postOps()),
            true,
            bias);
    DnnlEngine.destroyDescriptors(source, bias, destination);
    return call;
  }

  /** Changes the layout of a weight, once; the primitive is not kept. */
  void reorder(long sourceLayout, long source, long destinationLayout, long destination) {
    DnnlCall call = new DnnlCall(DnnlEngine.reorder(sourceLayout, destinationLayout), false, 0);
    execute(call, source, 0, 0, destination);
    call.destroy();
  }

  private void execute(DnnlCall call, long source, long weights, long bias, long destination) {
    if (call.scratchpadBytes() > scratch.byteSize()) {
      memory.free(scratch);
      scratch = memory.allocate(call.scratchpadBytes());
    }
    call.execute(stream, source, weights, bias, destination, scratch.address());
  }

  /**
   * Where contiguous floats lie in the type that products are taken of: where they are, or rounded
   * in {@link #tileMemory}.
   */
  long operand(DType type, long address, int count) {
    if (type == DType.F32) {
      return address;
    }
    long rounded = tileMemory((long) type.byteSize() * count);
    RowKernels.round(rounded, address, count);
    return rounded;
  }

  /**
   * Memory for the intermediate results of one tile; contents undefined, valid until next asked.
   */
  long tileMemory(long byteCount) {
    if (byteCount > tileMemory.byteSize()) {
      memory.free(tileMemory);
      tileMemory = memory.allocate(byteCount);
    }
    return tileMemory.address();
  }

  /** Blocks of memory taken so far. */
  long allocationCount() {
    return memory.allocationCount();
  }

  @Override
  public void close() {
    calls.values().forEach(DnnlCall::destroy);
    DnnlEngine.destroy(DnnlLibrary.STREAM_DESTROY, stream);
    memory.close();
  }
}
