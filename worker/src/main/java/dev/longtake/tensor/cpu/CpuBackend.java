package dev.longtake.tensor.cpu;

import static dev.longtake.error.Require.require;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.FrameMoves;
import dev.longtake.tensor.HostMemory;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.OpChecks;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.tensor.cpu.DnnlEngine.PostOps;
import dev.longtake.tensor.cpu.MathThread.MatmulKey;
import dev.longtake.tensor.cpu.MathThread.Weights;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The backend for x86-64 processors: oneDNN for products and convolutions, the Vector API for the
 * rest. Everything is in 32-bit floats, but for the operands of products where bf16 was asked for:
 * weights are rounded once, and what they are multiplied with right before, tile by tile.
 *
 * <p><b>Same bits whatever the number of threads.</b> Every operation is cut into tiles by its
 * shape alone; a tile is computed by one thread, with oneDNN confined to that thread; sums are
 * never split over tiles; and primitives are made under the same confinement, because oneDNN
 * chooses blocking by the threads it sees.
 */
public final class CpuBackend implements Backend {

  /** Raised whenever the same operations on the same machine give other bits than before. */
  private static final int ARITHMETIC_VERSION = 1;

  private static final int ROWS_OF_SHORT = 64;
  private static final int ROWS_OF_LONG = 256;
  private static final int LONG_ROW_COUNT = 4096;
  private static final long ELEMENTS_OF_TILE = 16_384;

  private final HostMemory memory;
  private final DType operands;
  private final TilePool pool;
  private final List<MathThread> threads;
  private final CpuWeights weights;
  private final CpuBackend inF32;
  private final boolean isOwner;

  private CpuBackend(int threadCount, DType operands) {
    this.operands = operands;
    try (Opened opened = new Opened()) {
      memory = opened.add(new HostMemory());
      threads =
          IntStream.range(0, threadCount).mapToObj(i -> opened.add(new MathThread())).toList();
      pool = opened.add(new TilePool(threadCount));
      weights = new CpuWeights(memory, operands, threads.getFirst());
      inF32 = operands == DType.F32 ? this : new CpuBackend(this);
      isOwner = true;
      opened.keep(this);
    }
  }

  /** In 32-bit floats, with the memory and threads of another. */
  private CpuBackend(CpuBackend owner) {
    operands = DType.F32;
    memory = owner.memory;
    pool = owner.pool;
    threads = owner.threads;
    weights = new CpuWeights(memory, operands, threads.getFirst());
    inF32 = this;
    isOwner = false;
  }

  /** {@link #create(int, DType)} in 32-bit floats throughout. */
  public static CpuBackend create(int threadCount) {
    return create(threadCount, DType.F32);
  }

  /**
   * Starts a backend.
   *
   * @param threadCount threads that compute, the caller's included; at least 1
   * @param operands element type that products are taken of, F32 or BF16
   * @throws LongtakeException {@code ENGINE_FAILED} if oneDNN cannot be loaded on this machine, or
   *     its processor does not multiply bf16
   */
  public static CpuBackend create(int threadCount, DType operands) {
    require(threadCount > 0, "threadCount is not positive: %d", threadCount);
    require(operands != DType.F16, "the CPU backend multiplies F32 and BF16, found F16");
    try {
      if (operands == DType.BF16) {
        requireBf16(DnnlLibrary.instructionSetOfBf16(), DnnlLibrary.instructionSet());
      }
      DnnlLibrary.useOneThread();
      return new CpuBackend(threadCount, operands);
    } catch (LinkageError e) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "cannot load oneDNN, which the CPU backend computes with: " + rootMessage(e),
          e);
    }
  }

  static void requireBf16(Optional<String> instructionSet, String found) {
    if (instructionSet.isEmpty()) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED,
          "bf16 on the processor: expected one with AVX-512 BF16 or AMX, found one with " + found);
    }
  }

  /** Whether this machine's processor multiplies bf16 itself; not if oneDNN cannot be loaded. */
  public static boolean multipliesBf16() {
    try {
      return DnnlLibrary.instructionSetOfBf16().isPresent();
    } catch (LinkageError e) {
      return false;
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The fingerprint is the same for all backends of a process, and takes a while. */
  private static final class EngineClass {
    private static final String NAME = name(DnnlLibrary.instructionSet(), DType.F32);
  }

  /** The same, for those that multiply bf16. */
  private static final class EngineClassOfBf16 {
    private static final String NAME =
        name(DnnlLibrary.instructionSetOfBf16().orElseThrow(), DType.BF16);
  }

  private static String name(String instructionSet, DType operands) {
    try (CpuBackend backend = new CpuBackend(1, operands)) {
      return "cpu-%s-%s-%d-%s"
          .formatted(
              instructionSet,
              operands == DType.F32 ? "f32" : "bf16",
              ARITHMETIC_VERSION,
              Fingerprint.of(backend));
    }
  }

  /**
   * Such as {@code cpu-avx512-f32-1-0a1b2c3d}: instruction set, precision, version of the
   * arithmetic, and a checksum over what it gives on this machine.
   */
  @Override
  public String engineClass() {
    return operands == DType.F32 ? EngineClass.NAME : EngineClassOfBf16.NAME;
  }

  @Override
  public CpuBackend inF32() {
    return inF32;
  }

  /** Number of threads that compute. */
  public int threadCount() {
    return pool.threadCount();
  }

  /** Blocks of native memory taken so far: stands still from the second step of a kind on. */
  public long allocationCount() {
    return memory.allocationCount() + threads.stream().mapToLong(MathThread::allocationCount).sum();
  }

  @Override
  public Tensor allocate(Shape shape) {
    return memory.allocate(shape);
  }

  @Override
  public Workspace openWorkspace() {
    return new Workspace(memory);
  }

  @Override
  public void write(Tensor out, float[] values, int first) {
    HostMemory.write(out, values, first);
  }

  @Override
  public void read(Tensor x, float[] values, int first) {
    HostMemory.read(x, values, first);
  }

  @Override
  public void copy(Tensor out, Tensor x) {
    OpChecks.sameCount(out, x);
    out.storage().copyFrom(x.storage());
  }

  @Override
  public void fill(Tensor out, float value) {
    for (long i = 0; i < out.elementCount(); i++) {
      out.storage().setAtIndex(JAVA_FLOAT, i, value);
    }
  }

  @Override
  public LinearWeight prepareLinear(
      int outputCount, int inputCount, MemorySegment weight, @Nullable MemorySegment bias) {
    return weights.linear(outputCount, inputCount, weight, bias);
  }

  @Override
  public void release(LinearWeight weight) {
    CpuWeights.Linear packed = (CpuWeights.Linear) weight;
    memory.free(packed.weight());
    if (packed.bias() != null) {
      memory.free(packed.bias().storage());
    }
  }

  @Override
  public ConvWeight prepareConv(ConvSpec spec, MemorySegment weight, @Nullable MemorySegment bias) {
    return weights.conv(spec, weight, bias);
  }

  @Override
  public void linear(Tensor out, Tensor x, LinearWeight weight, Activation activation) {
    CpuWeights.Linear packed = (CpuWeights.Linear) weight;
    int rows = OpChecks.linear(out, x, weight);
    Tiling tiling = Tiling.ofRows(rows, rows < LONG_ROW_COUNT ? ROWS_OF_SHORT : ROWS_OF_LONG);
    PostOps postOps =
        switch (activation) {
          case NONE -> PostOps.NONE;
          case SILU -> new PostOps(false, DnnlEngine.ELTWISE_SWISH);
          case GELU_TANH -> new PostOps(false, DnnlEngine.ELTWISE_GELU_TANH);
        };
    Weights layout = new Weights.Packed(packed.layout());
    Tensor bias = packed.bias();
    long biasAddress = bias == null ? 0 : bias.address();
    int inputs = packed.inputCount();
    int outputs = packed.outputCount();
    pool.run(
        rows == 0 ? 0 : tiling.tileCount(),
        (tile, thread) -> {
          int count = tiling.count(tile);
          MatmulKey key =
              new MatmulKey(
                  packed.operands(),
                  count,
                  inputs,
                  outputs,
                  inputs,
                  outputs,
                  layout,
                  bias != null,
                  postOps);
          long first = tiling.first(tile);
          MathThread math = threads.get(thread);
          math.matmul(
              key,
              math.operand(packed.operands(), x.address() + 4L * first * inputs, count * inputs),
              packed.weight().address(),
              biasAddress,
              out.address() + 4L * first * outputs);
        });
  }

  @Override
  public void attention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias) {
    var attention = new CpuAttention(out, q, k, v, headCount, scale, relativeBias, operands);
    pool.run(attention.tileCount(), (tile, thread) -> attention.compute(tile, threads.get(thread)));
  }

  @Override
  public void conv(Tensor out, Tensor x, @Nullable Tensor past, ConvWeight weight) {
    var conv = new CpuConv(out, x, past, (CpuWeights.Conv) weight);
    pool.run(conv.tileCount(), (tile, thread) -> conv.compute(tile, threads.get(thread)));
  }

  /** Work on one row: its index, and where it begins in bytes from the start of the tensor. */
  private interface Row {
    void compute(int row, long offset);
  }

  private void eachRow(int rows, int length, Row row) {
    Tiling tiling = Tiling.ofWork(rows, length, ELEMENTS_OF_TILE);
    pool.run(
        rows == 0 ? 0 : tiling.tileCount(),
        (tile, thread) -> {
          int first = tiling.first(tile);
          for (int i = first; i < first + tiling.count(tile); i++) {
            row.compute(i, 4L * i * length);
          }
        });
  }

  /** Work on a run of elements of a tensor. */
  private interface Run {
    void compute(long offset, int length);
  }

  private void eachRun(long elements, Run run) {
    int tiles = Math.toIntExact(Math.ceilDiv(elements, ELEMENTS_OF_TILE));
    pool.run(
        tiles,
        (tile, thread) -> {
          long first = tile * ELEMENTS_OF_TILE;
          run.compute(4L * first, (int) Math.min(ELEMENTS_OF_TILE, elements - first));
        });
  }

  @Override
  public void layerNormModulated(Tensor out, Tensor x, Tensor scale, Tensor shift, float epsilon) {
    layerNorm(out, x, scale, 1f, shift, epsilon);
  }

  @Override
  public void layerNormAffine(Tensor out, Tensor x, Tensor weight, Tensor bias, float epsilon) {
    layerNorm(out, x, weight, 0f, bias, epsilon);
  }

  private void layerNorm(
      Tensor out, Tensor x, Tensor scale, float offset, Tensor shift, float epsilon) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(scale, "scale", length);
    OpChecks.shape(shift, "shift", length);
    long to = out.address();
    long from = x.address();
    long factors = scale.address();
    long shifts = shift.address();
    eachRow(
        rows,
        length,
        (row, at) ->
            RowKernels.normalise(to + at, from + at, factors, offset, shifts, length, epsilon));
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(weight, "weight", length);
    long to = out.address();
    long from = x.address();
    long factors = weight.address();
    eachRow(
        rows,
        length,
        (row, at) -> RowKernels.rmsNorm(to + at, from + at, factors, epsilon, length));
  }

  @Override
  public void channelNorm(Tensor out, Tensor x, Tensor gamma, Activation activation) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(gamma, "gamma", length);
    long to = out.address();
    long from = x.address();
    long factors = gamma.address();
    eachRow(
        rows,
        length,
        (row, at) -> RowKernels.channelNorm(to + at, from + at, factors, activation, length));
  }

  @Override
  public void rotate(Tensor out, Tensor x, Tensor cos, Tensor sin, int headCount) {
    int rows = OpChecks.rotate(out, x, cos, sin, headCount);
    int length = x.dim(-1);
    int pairs = cos.dim(1);
    long headBytes = 8L * pairs;
    eachRow(
        rows,
        length,
        (row, at) -> {
          long table = 4L * row * pairs;
          for (int head = 0; head < headCount; head++) {
            long offset = at + head * headBytes;
            RowKernels.rotate(
                out.address() + offset,
                x.address() + offset,
                cos.address() + table,
                sin.address() + table,
                2 * pairs);
          }
        });
  }

  @Override
  public void addScaled(Tensor x, Tensor y, float factor) {
    OpChecks.sameCount(x, y);
    eachRun(
        x.elementCount(),
        (at, length) -> RowKernels.addScaled(x.address() + at, y.address() + at, factor, length));
  }

  @Override
  public void addGated(Tensor x, Tensor y, Tensor gate) {
    OpChecks.sameCount(x, y);
    int length = x.dim(-1);
    OpChecks.shape(gate, "gate", length);
    eachRow(
        OpChecks.rows(x, length, "x"),
        length,
        (row, at) ->
            RowKernels.addGated(x.address() + at, y.address() + at, gate.address(), length));
  }

  @Override
  public void multiply(Tensor out, Tensor x, Tensor y) {
    OpChecks.sameCount(out, x);
    OpChecks.sameCount(x, y);
    eachRun(
        x.elementCount(),
        (at, length) ->
            RowKernels.multiply(out.address() + at, x.address() + at, y.address() + at, length));
  }

  @Override
  public void activate(Tensor out, Tensor x, Activation activation) {
    OpChecks.sameCount(out, x);
    eachRun(
        x.elementCount(),
        (at, length) ->
            RowKernels.activate(out.address() + at, x.address() + at, activation, length));
  }

  @Override
  public void patchify(Tensor out, Tensor x, int patch) {
    OpChecks.patches(out, x, patch);
    FrameMoves.patchify(out, x, patch);
  }

  @Override
  public void unpatchify(Tensor out, Tensor x, int patch) {
    OpChecks.patches(x, out, patch);
    FrameMoves.unpatchify(out, x, patch);
  }

  @Override
  public void upsampleNearest(Tensor out, Tensor x) {
    OpChecks.shape(out, "upsampled", x.dim(0), 2 * x.dim(1), 2 * x.dim(2), x.dim(3));
    Tiling tiling =
        Tiling.ofWork(x.dim(0) * x.dim(1), 4L * x.dim(2) * x.dim(3), 4 * ELEMENTS_OF_TILE);
    pool.run(
        tiling.tileCount(),
        (tile, thread) -> {
          for (int row = tiling.first(tile); row < tiling.first(tile + 1); row++) {
            FrameMoves.upsampleRow(out, x, row);
          }
        });
  }

  @Override
  public void splitFrames(Tensor out, Tensor x) {
    FrameMoves.splitFrames(out, x);
  }

  @Override
  public void channelsLast(Tensor out, Tensor x) {
    FrameMoves.channelsLast(out, x);
  }

  @Override
  public void close() {
    if (!isOwner) {
      return;
    }
    pool.close();
    threads.forEach(MathThread::close);
    memory.close();
  }
}
