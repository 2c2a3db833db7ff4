package dev.longtake.tensor;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A backend that computes nothing and has no memory: it counts the bytes that a model asks for, now
 * and at most. A model that is built and run on it says what it will need without needing it.
 *
 * <p>Tensors have sizes and no addresses; whoever touches their elements crashes. Results of {@link
 * #read} are what the array held before.
 */
public final class CountingBackend implements Backend {

  private static final long ALIGNMENT = 64;

  private final Memory memory;
  private final ElementTypes types;

  /** Counts for a backend that stores numbers like this. */
  public CountingBackend(ElementTypes types) {
    this(types, new Memory());
  }

  private CountingBackend(ElementTypes types, Memory memory) {
    this.types = types;
    this.memory = memory;
  }

  @Override
  public CountingBackend inF32() {
    DType exact = types.matricesInF32();
    return new CountingBackend(new ElementTypes(exact, exact, types.activations()), memory);
  }

  private record SizedLinear(int outputCount, int inputCount, long byteCount)
      implements LinearWeight {}

  private record SizedConv(ConvSpec spec) implements ConvWeight {}

  /** Counts blocks. */
  private static final class Memory implements Workspace.BlockSource {
    private long usedBytes;
    private long peakBytes;

    void add(long byteCount) {
      usedBytes += byteCount;
      peakBytes = Math.max(peakBytes, usedBytes);
    }

    @Override
    @SuppressWarnings("restricted") // A size without memory.
    public MemorySegment allocate(long byteCount) {
      add(byteCount);
      return MemorySegment.NULL.reinterpret(byteCount);
    }

    @Override
    public void free(MemorySegment block) {
      add(-block.byteSize());
    }
  }

  /** Bytes that are asked for and not given back. */
  public long usedBytes() {
    return memory.usedBytes;
  }

  /** The most {@link #usedBytes} since {@link #resetPeak}. */
  public long peakBytes() {
    return memory.peakBytes;
  }

  /** Forgets the peak so far. */
  public void resetPeak() {
    memory.peakBytes = memory.usedBytes;
  }

  @Override
  public String engineClass() {
    return "none";
  }

  @Override
  public Tensor allocate(Shape shape) {
    return new Tensor(shape, DType.F32, memory.allocate(bytes(DType.F32, shape.elementCount())));
  }

  private static long bytes(DType type, long elements) {
    return Math.multiplyExact(elements, (long) type.byteSize());
  }

  @Override
  public Workspace openWorkspace() {
    return new Workspace(memory, types.activations());
  }

  @Override
  public Workspace openWorkspaceF32() {
    return new Workspace(memory);
  }

  @Override
  public LinearWeight prepareLinear(
      int outputCount, int inputCount, MemorySegment weight, @Nullable MemorySegment bias) {
    long byteCount = bytes(types.matrices(), (long) outputCount * inputCount) + ALIGNMENT;
    byteCount += bytes(DType.F32, bias == null ? 0 : outputCount);
    memory.add(byteCount);
    return new SizedLinear(outputCount, inputCount, byteCount);
  }

  @Override
  public void release(LinearWeight weight) {
    memory.add(-((SizedLinear) weight).byteCount());
  }

  @Override
  public ConvWeight prepareConv(ConvSpec spec, MemorySegment weight, @Nullable MemorySegment bias) {
    long taps = (long) spec.kernelTime() * spec.kernelHeight() * spec.kernelWidth();
    memory.add(bytes(types.matrices(), taps * spec.outputChannels() * spec.inputChannels()));
    memory.add(bytes(DType.F32, spec.outputChannels()));
    return new SizedConv(spec);
  }

  @Override
  public void write(Tensor out, float[] values, int first) {}

  @Override
  public void read(Tensor x, float[] values, int first) {}

  @Override
  public void copy(Tensor out, Tensor x) {}

  @Override
  public void fill(Tensor out, float value) {}

  @Override
  public void linear(Tensor out, Tensor x, LinearWeight weight, Activation activation) {}

  @Override
  public void layerNormModulated(Tensor out, Tensor x, Tensor scale, Tensor shift, float epsilon) {}

  @Override
  public void layerNormAffine(Tensor out, Tensor x, Tensor weight, Tensor bias, float epsilon) {}

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon) {}

  @Override
  public void rotate(Tensor out, Tensor x, Tensor cos, Tensor sin, int headCount) {}

  @Override
  public void attention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias) {}

  @Override
  public void addScaled(Tensor x, Tensor y, float factor) {}

  @Override
  public void addGated(Tensor x, Tensor y, Tensor gate) {}

  @Override
  public void multiply(Tensor out, Tensor x, Tensor y) {}

  @Override
  public void activate(Tensor out, Tensor x, Activation activation) {}

  @Override
  public void patchify(Tensor out, Tensor x, int patch) {}

  @Override
  public void unpatchify(Tensor out, Tensor x, int patch) {}

  @Override
  public void conv(Tensor out, Tensor x, @Nullable Tensor past, ConvWeight weight) {}

  @Override
  public void channelNorm(Tensor out, Tensor x, Tensor gamma, Activation activation) {}

  @Override
  public void upsampleNearest(Tensor out, Tensor x) {}

  @Override
  public void splitFrames(Tensor out, Tensor x) {}

  @Override
  public void channelsLast(Tensor out, Tensor x) {}

  @Override
  public void close() {}
}
