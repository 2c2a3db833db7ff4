package dev.longtake.tensor.cuda;

import static dev.longtake.error.Require.require;

import dev.longtake.lifetime.Opened;
import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ConvSpec;
import dev.longtake.tensor.ConvWeight;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.OpChecks;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.TensorLatents;
import dev.longtake.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The backend for NVIDIA GPUs, with kernels of its own for everything.
 *
 * <p>Operations are started one after the other on the driver's stream and not waited for; only
 * {@link #read} waits. Every kernel takes tensors of F32 and of BF16 in any mixture; matrix
 * products, convolutions and attention have others for tensor cores, used from compute capability
 * 8.0 on; see {@link ProductKernel}.
 *
 * <p>Where NVIDIA's library of matrix products is, it computes the large ones; see {@link
 * LargeProducts}.
 *
 * <p><b>Same bits.</b> No kernel adds in an order that depends on timing (no atomic additions), and
 * which kernel runs depends on shapes and the device's kind alone.
 */
final class CudaBackend implements Backend {

  /** Raised whenever the same operations on the same device give other bits than before. */
  private static final int ARITHMETIC_VERSION = 2;

  /** Kernels number pixels and terms in 32 bits, with room for what lies around a picture. */
  private static final long PIXELS_MAX = 1 << 30;

  private static final int CHECKSUM_LENGTH = 8;

  private final CudaDriver driver;
  private final Precision precision;
  private final CudaMemory memory;
  private final Staging staging;
  private final PinnedPool pinned;
  private final Launcher launcher;
  private final Workspace scratch;
  private final @Nullable LargeProducts products;
  private final Attention attention;
  private final Arguments arguments = new Arguments();
  private final String engineClass;

  private CudaBackend(
      CudaDriver driver, Precision precision, @Nullable CublasLt library, Attention attention) {
    this.attention = attention;
    this.driver = driver;
    this.precision = precision;
    memory = new CudaMemory(driver);
    staging = new Staging(driver);
    pinned = new PinnedPool(driver);
    launcher = new Launcher(driver);
    scratch = new Workspace(memory);
    products = library == null ? null : new LargeProducts(driver, library, memory);
    engineClass =
        "cuda-%s-%s-%d-%s%s%s"
            .formatted(
                driver.architecture(),
                precision.word(),
                ARITHMETIC_VERSION,
                driver.machineCode().substring(0, CHECKSUM_LENGTH),
                attention == Attention.WARP_GROUPS ? "-warpgroup" : "",
                products == null ? "" : "-" + products.label());
  }

  /** Starts a backend on a device; the backend closes the driver. */
  public static CudaBackend create(CudaDriver driver, Precision precision) {
    return create(driver, precision, null, Attention.WARPS);
  }

  /** The same with NVIDIA's library for large products; the backend closes both. */
  static CudaBackend create(CudaDriver driver, Precision precision, CublasLt library) {
    return create(driver, precision, library, Attention.WARPS);
  }

  /**
   * The same with a choice for attention, which the driver must have the kernels of.
   *
   * @param library null: kernels alone
   */
  static CudaBackend create(
      CudaDriver driver, Precision precision, @Nullable CublasLt library, Attention attention) {
    return new CudaBackend(driver, precision, library, attention);
  }

  /**
   * Such as {@code cuda-sm90-bf16-2-0a1b2c3d-lt120605x132-nvidia-h200}: architecture, precision,
   * version of the arithmetic, a checksum over the machine code of the kernels, {@code warpgroup}
   * if groups of warps compute attention, and if cuBLASLt computes large products its version and
   * the device's size and model, which it chooses by.
   */
  @Override
  public String engineClass() {
    return engineClass;
  }

  @Override
  public Tensor allocate(Shape shape) {
    return memory.allocate(DType.F32, shape);
  }

  @Override
  public Optional<TensorLatents> openLatents(int channels, int frames, int height, int width) {
    return Optional.of(
        new CudaLatents(
            new CudaLatents.Device(driver, launcher, memory, staging, pinned),
            channels,
            frames,
            height,
            width));
  }

  @Override
  public Workspace openWorkspace() {
    return new Workspace(memory, precision.dtype());
  }

  @Override
  public Workspace openWorkspaceF32() {
    return new Workspace(memory);
  }

  @Override
  public void write(Tensor out, float[] values, int first) {
    upload(out, MemorySegment.ofArray(values), (long) first * Float.BYTES);
  }

  private void upload(Tensor out, MemorySegment values, long firstByte) {
    long count = out.elementCount();
    if (out.dtype() == DType.F32) {
      staging.upload(out.address(), values, firstByte, count);
      return;
    }
    try (Workspace.Scope _ = scratch.scope()) {
      Tensor floats = scratch.take(DType.F32, out.shape());
      staging.upload(floats.address(), values, firstByte, count);
      copy(out, floats);
    }
  }

  @Override
  public void read(Tensor x, float[] values, int first) {
    try (Workspace.Scope _ = scratch.scope()) {
      Tensor floats = x;
      if (x.dtype() != DType.F32) {
        floats = scratch.take(DType.F32, x.shape());
        copy(floats, x);
      }
      staging.download(values, first, floats.address(), Math.toIntExact(x.elementCount()));
    }
  }

  @Override
  public void copy(Tensor out, Tensor x) {
    OpChecks.sameCount(out, x);
    if (out.dtype() == x.dtype()) {
      driver.copy(out.address(), x.address(), x.storage().byteSize());
    } else {
      elementwise("copy_elements", out, x, null, 1, 0, Activation.NONE);
    }
  }

  @Override
  public void fill(Tensor out, float value) {
    elementwise("fill", out, null, null, 1, value, Activation.NONE);
  }

  private void elementwise(
      String function,
      Tensor out,
      @Nullable Tensor x,
      @Nullable Tensor y,
      int length,
      float factor,
      Activation activation) {
    arguments
        .begin()
        .view(out)
        .view(x)
        .view(y)
        .integer(out.elementCount())
        .integer(length)
        .real(factor)
        .integer(code(activation));
    launcher.elements("elementwise", function, out.elementCount(), 4, arguments);
  }

  @Override
  public LinearWeight prepareLinear(
      int outputCount, int inputCount, MemorySegment weight, @Nullable MemorySegment bias) {
    Shape shape = Shape.of(outputCount, inputCount);
    try (Opened opened = new Opened()) {
      Tensor matrix = memory.allocate(precision.dtype(), shape, opened);
      upload(matrix, weight, 0);
      Tensor exact = null;
      Tensor rounded = null;
      if (bias != null) {
        exact = memory.allocate(DType.F32, Shape.of(outputCount), opened);
        upload(exact, bias, 0);
      }
      if (exact != null && products != null && precision == Precision.BF16) {
        rounded = memory.allocate(DType.BF16, exact.shape(), opened);
        copy(rounded, exact);
      }
      return opened.keep(new CudaWeights.Linear(outputCount, inputCount, matrix, exact, rounded));
    }
  }

  @Override
  public void release(LinearWeight weight) {
    ((CudaWeights.Linear) weight).tensors().forEach(tensor -> memory.free(tensor.storage()));
  }

  @Override
  public ConvWeight prepareConv(ConvSpec spec, MemorySegment weight, @Nullable MemorySegment bias) {
    CudaWeights.Packed packed = CudaWeights.pack(spec, weight);
    Tensor kernel = memory.allocate(precision.dtype(), Shape.of(packed.values.length));
    write(kernel, packed.values, 0);
    return new CudaWeights.Conv(
        spec, packed.firstTap, packed.tapCount, kernel, bias(spec.outputChannels(), bias));
  }

  private @Nullable Tensor bias(int count, @Nullable MemorySegment values) {
    if (values == null) {
      return null;
    }
    Tensor bias = allocate(Shape.of(count));
    upload(bias, values, 0);
    return bias;
  }

  @Override
  public void linear(Tensor out, Tensor x, LinearWeight weight, Activation activation) {
    int rows = OpChecks.linear(out, x, weight);
    CudaWeights.Linear linear = (CudaWeights.Linear) weight;
    if (products != null && products.linear(out, x, rows, linear, activation)) {
      return;
    }
    arguments
        .begin()
        .view(out)
        .view(x)
        .view(null)
        .view(linear.weight())
        .view(linear.bias())
        .integer(rows)
        .integer(linear.outputCount())
        .integer(linear.inputCount())
        .integer(code(activation));
    product(
        ProductKernel.linear(driver.computeCapability(), x, linear.weight(), linear.inputCount()),
        rows,
        linear.outputCount());
  }

  /** As {@code activated} in common.cuh numbers them. */
  private static int code(Activation activation) {
    return switch (activation) {
      case NONE -> 0;
      case SILU -> 1;
      case GELU_TANH -> 2;
    };
  }

  private boolean fits(Tensor x, int length) {
    return ProductKernel.fits(driver.computeCapability(), x, length);
  }

  private void product(ProductKernel kernel, long rows, int outputs) {
    // Fields of convolutions that a linear map leaves out are not read.
    launcher.tiles(kernel, rows, outputs, arguments);
  }

  @Override
  public void conv(Tensor out, Tensor x, @Nullable Tensor past, ConvWeight weight) {
    CudaWeights.Conv conv = (CudaWeights.Conv) weight;
    ConvSpec spec = conv.spec();
    int pastFrames = OpChecks.conv(out, x, past, spec);
    require(
        past == null || past.dtype() == x.dtype(), "conv past: expected the input's element type");
    long rows = (long) out.dim(0) * out.dim(1) * out.dim(2);
    long pixels = (long) (x.dim(0) + pastFrames) * x.dim(1) * x.dim(2);
    require(
        Math.max(rows, pixels) < PIXELS_MAX,
        "conv: expected fewer than %d pixels at once, found %d",
        PIXELS_MAX,
        Math.max(rows, pixels));
    arguments
        .begin()
        .view(out)
        .view(x)
        .view(past)
        .view(conv.weight())
        .view(conv.bias())
        .integer(rows)
        .integer(spec.outputChannels())
        .integer(conv.terms())
        .integer(code(Activation.NONE))
        .integer(spec.inputChannels())
        .integer(x.dim(0))
        .integer(pastFrames)
        .integer(x.dim(1))
        .integer(x.dim(2))
        .integer(out.dim(1))
        .integer(out.dim(2))
        .integer(spec.kernelHeight())
        .integer(spec.kernelWidth())
        .integer(spec.strideTime())
        .integer(spec.strideSpace())
        .integer(conv.firstTap() - spec.pastFrameCount())
        .integer(spec.paddingTop())
        .integer(spec.paddingLeft());
    product(
        ProductKernel.conv(
            driver.computeCapability(),
            x,
            past,
            conv.weight(),
            spec.inputChannels(),
            spec.outputChannels()),
        rows,
        spec.outputChannels());
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
    OpChecks.attention(out, q, k, v, headCount, relativeBias);
    int size = q.dim(-1) / headCount;
    // Slices of a long head are computed by different blocks, which all read the whole query.
    if (size <= AttentionKernel.HEAD_MAX || out.address() != q.address()) {
      attendTo(out, q, k, v, headCount, scale, relativeBias);
      return;
    }
    try (Workspace.Scope _ = scratch.scope()) {
      Tensor target = scratch.take(out.dtype(), out.shape());
      attendTo(target, q, k, v, headCount, scale, relativeBias);
      copy(out, target);
    }
  }

  private void attendTo(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      int headCount,
      float scale,
      @Nullable Tensor relativeBias) {
    int length = q.dim(-1);
    int size = length / headCount;
    int queries = OpChecks.rows(q, length, "q");
    arguments
        .begin()
        .view(out)
        .view(q)
        .view(k)
        .view(v)
        .view(relativeBias)
        .integer(queries)
        .integer(OpChecks.rows(k, length, "k"))
        .integer(headCount)
        .integer(size)
        .real(scale);
    boolean tensorCores =
        relativeBias == null
            && scale > 0
            && size <= AttentionKernel.HEAD_MAX
            && fits(q, size)
            && fits(k, size)
            && fits(v, size);
    if (queries > 0) {
      AttentionKernel kernel =
          tensorCores ? AttentionKernel.of(attention, queries, size) : AttentionKernel.PORTABLE;
      launcher.start(
          kernel.file(), kernel.function(), kernel.grid(queries, headCount, size), arguments);
    }
  }

  @Override
  public void layerNormModulated(Tensor out, Tensor x, Tensor scale, Tensor shift, float epsilon) {
    layerNorm(out, x, scale, 1, shift, epsilon);
  }

  @Override
  public void layerNormAffine(Tensor out, Tensor x, Tensor weight, Tensor bias, float epsilon) {
    layerNorm(out, x, weight, 0, bias, epsilon);
  }

  private void layerNorm(
      Tensor out, Tensor x, Tensor scale, float offset, Tensor shift, float epsilon) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(scale, "scale", length);
    OpChecks.shape(shift, "shift", length);
    arguments
        .begin()
        .view(out)
        .view(x)
        .view(scale)
        .view(shift)
        .integer(length)
        .real(offset)
        .real(epsilon);
    launcher.rows("layer_norm", "layer_norm", rows, length, arguments);
  }

  @Override
  public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(weight, "weight", length);
    normRotate(out, x, weight, epsilon, null, null, rows);
  }

  @Override
  public void rotate(Tensor out, Tensor x, Tensor cos, Tensor sin, int headCount) {
    int rows = OpChecks.rotate(out, x, cos, sin, headCount);
    normRotate(out, x, null, 0, cos, sin, rows);
  }

  @Override
  public void rmsNormRotate(
      Tensor out, Tensor x, Tensor weight, float epsilon, Tensor cos, Tensor sin, int headCount) {
    int rows = OpChecks.rotate(out, x, cos, sin, headCount);
    OpChecks.shape(weight, "weight", x.dim(-1));
    normRotate(out, x, weight, epsilon, cos, sin, rows);
  }

  private void normRotate(
      Tensor out,
      Tensor x,
      @Nullable Tensor weight,
      float epsilon,
      @Nullable Tensor cos,
      @Nullable Tensor sin,
      int rows) {
    int length = x.dim(-1);
    arguments
        .begin()
        .view(out)
        .view(x)
        .view(weight)
        .view(cos)
        .view(sin)
        .integer(length)
        .integer(cos == null ? 0 : cos.dim(1))
        .integer(weight == null ? 0 : 1)
        .real(epsilon);
    launcher.rows("rms_norm", "rms_norm", rows, length, arguments);
  }

  @Override
  public void channelNorm(Tensor out, Tensor x, Tensor gamma, Activation activation) {
    int length = x.dim(-1);
    int rows = OpChecks.rows(x, length, "x");
    OpChecks.sameCount(out, x);
    OpChecks.shape(gamma, "gamma", length);
    arguments
        .begin()
        .view(out)
        .view(x)
        .view(gamma)
        .integer(rows)
        .integer(length)
        .integer(code(activation));
    launcher.warps("channel_norm", "channel_norm", rows, arguments);
  }

  @Override
  public void addScaled(Tensor x, Tensor y, float factor) {
    OpChecks.sameCount(x, y);
    elementwise("add_scaled", x, y, null, 1, factor, Activation.NONE);
  }

  @Override
  public void addGated(Tensor x, Tensor y, Tensor gate) {
    OpChecks.sameCount(x, y);
    int length = x.dim(-1);
    OpChecks.shape(gate, "gate", length);
    elementwise("add_gated", x, y, gate, length, 0, Activation.NONE);
  }

  @Override
  public void multiply(Tensor out, Tensor x, Tensor y) {
    OpChecks.sameCount(out, x);
    OpChecks.sameCount(x, y);
    elementwise("multiply", out, x, y, 1, 0, Activation.NONE);
  }

  @Override
  public void activate(Tensor out, Tensor x, Activation activation) {
    OpChecks.sameCount(out, x);
    elementwise("activate", out, x, null, 1, 0, activation);
  }

  @Override
  public void patchify(Tensor out, Tensor x, int patch) {
    OpChecks.patches(out, x, patch);
    move("patchify", out, x, x.dim(0), x.dim(1), x.dim(2), x.dim(3), patch);
  }

  @Override
  public void unpatchify(Tensor out, Tensor x, int patch) {
    OpChecks.patches(x, out, patch);
    move("unpatchify", out, x, out.dim(0), out.dim(1), out.dim(2), out.dim(3), patch);
  }

  @Override
  public void upsampleNearest(Tensor out, Tensor x) {
    OpChecks.shape(out, "upsampled", x.dim(0), 2 * x.dim(1), 2 * x.dim(2), x.dim(3));
    move("upsample_nearest", out, x, x.dim(3), x.dim(0), x.dim(1), x.dim(2), 1);
  }

  @Override
  public void splitFrames(Tensor out, Tensor x) {
    int channels = x.dim(3) / 2;
    OpChecks.shape(out, "split frames", 2 * x.dim(0), x.dim(1), x.dim(2), channels);
    move("split_frames", out, x, channels, x.dim(0), x.dim(1), x.dim(2), 1);
  }

  private void move(
      String function,
      Tensor out,
      Tensor x,
      int channels,
      int frames,
      int height,
      int width,
      int patch) {
    arguments
        .begin()
        .view(out)
        .view(x)
        .integer(out.elementCount())
        .integer(channels)
        .integer(frames)
        .integer(height)
        .integer(width)
        .integer(patch);
    launcher.elements("moves", function, out.elementCount(), 4, arguments);
  }

  @Override
  public void channelsLast(Tensor out, Tensor x) {
    OpChecks.shape(out, "channels last", x.dim(1), x.dim(2), x.dim(3), x.dim(0));
    transpose(out, x, x.dim(0));
  }

  private void transpose(Tensor out, Tensor x, long rows) {
    long columns = rows == 0 ? 0 : x.elementCount() / rows;
    launcher.transpose(
        rows,
        columns,
        arguments
            .begin()
            .view(out)
            .view(x)
            .integer(x.elementCount())
            .integer(1)
            .integer(1)
            .integer(rows)
            .integer(columns)
            .integer(1));
  }

  @Override
  public void close() {
    scratch.close();
    if (products != null) {
      products.close();
    }
    memory.close();
    driver.close();
  }
}
