package dev.longtake.tensor.cuda;

import static dev.longtake.tensor.cuda.kernel.NativeLibrary.call;
import static dev.longtake.tensor.cuda.kernel.NativeLibrary.status;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.cuda.kernel.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's library of matrix products, of whichever version the machine has.
 *
 * <h2>Axes</h2>
 *
 * <p>The library stores matrices column by column. Read so, a row-major {@code x (rows, terms)} is
 * the matrix {@code (terms, rows)} with columns {@code terms} apart, and {@code out[n, m] = sum_k
 * x[n, k] weight[m, k]} is {@code D = A^T B} with {@code A} the weight, {@code B} the rows and
 * {@code D (outputs, rows)}. The bias, one number an output, is one number a row of {@code D}.
 *
 * <h2>Same bits</h2>
 *
 * <p>The algorithm is what the library's heuristic names first for a shape, with a fixed workspace
 * and without split sums that are added in the order in which blocks happen to end. So it depends
 * on the shape, the library's version and the device's kind, which are all in the engine class.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cublas/#using-the-cublaslt-api">cuBLAS, "Using the
 *     cuBLASLt API"</a>; numbers of enumerations are those of its data type reference
 */
final class CublasLt implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CublasLt.class);

  static final List<String> NAMES = List.of("libcublasLt.so.13", "libcublasLt.so.12");

  /** What NVIDIA advises for Hopper; smaller devices need less. */
  static final long WORKSPACE_BYTES = 32L << 20;

  /** Addresses are multiples of it. */
  static final int ALIGNMENT = 16;

  private static final int CUDA_13 = 13_000;
  private static final int COMPUTE_32F = 68;
  private static final int R_32F = 0;
  private static final int R_16BF = 14;
  private static final int DESC_TRANSA = 3;
  private static final int DESC_EPILOGUE = 7;
  private static final int DESC_BIAS_POINTER = 8;
  private static final int DESC_BIAS_DATA_TYPE = 26;
  private static final int OP_T = 1;
  private static final int EPILOGUE_DEFAULT = 1;
  private static final int EPILOGUE_BIAS = 4;
  private static final int EPILOGUE_GELU = 32;
  private static final int PREFERENCE_WORKSPACE = 1;
  private static final int PREFERENCE_REDUCTION = 3;
  private static final int PREFERENCE_ALIGNMENT_A = 5;
  private static final int PREFERENCE_ALIGNMENT_D = 8;
  private static final int REDUCTION_COMPUTE_TYPE = 2;
  private static final long ALGORITHM_BYTES = 64;
  private static final long RESULT_BYTES = 96;

  /** Where a result says whether its other fields hold: after the algorithm and a size. */
  private static final long STATE_AT = ALGORITHM_BYTES + Long.BYTES;

  private static final int NOT_SUPPORTED = 15;

  /**
   * A product up to its addresses.
   *
   * @param in of the rows and the weight, F32 or BF16
   * @param out of the result and the bias
   * @param gelu whether GELU in its tanh form follows
   */
  record Form(DType in, DType out, long rows, int outputs, int terms, boolean bias, boolean gelu) {}

  /** What the library keeps of a form; lives until {@link #release}. */
  record Plan(
      Form form,
      MemorySegment operation,
      MemorySegment weight,
      MemorySegment rows,
      MemorySegment result,
      MemorySegment algorithm) {}

  private final Arena arena = Arena.ofShared();
  private final MethodHandle createOperation;
  private final MethodHandle setOperation;
  private final MethodHandle destroyOperation;
  private final MethodHandle createLayout;
  private final MethodHandle destroyLayout;
  private final MethodHandle createPreference;
  private final MethodHandle setPreference;
  private final MethodHandle destroyPreference;
  private final MethodHandle heuristic;
  private final MethodHandle multiply;
  private final MethodHandle destroy;
  private final long version;
  private final MemorySegment handle;
  private final MemorySegment one;
  private final MemorySegment zero;
  private final MemorySegment pointer = arena.allocate(ADDRESS);

  private CublasLt(NativeLibrary library) {
    createOperation = function(library, "MatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT);
    setOperation =
        function(library, "MatmulDescSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
    destroyOperation = function(library, "MatmulDescDestroy", ADDRESS);
    createLayout =
        function(library, "MatrixLayoutCreate", ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    destroyLayout = function(library, "MatrixLayoutDestroy", ADDRESS);
    createPreference = function(library, "MatmulPreferenceCreate", ADDRESS);
    setPreference =
        function(library, "MatmulPreferenceSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
    destroyPreference = function(library, "MatmulPreferenceDestroy", ADDRESS);
    heuristic =
        function(
            library,
            "MatmulAlgoGetHeuristic",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            ADDRESS);
    multiply =
        function(
            library, "Matmul", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS,
            ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG,
            JAVA_LONG);
    destroy = function(library, "Destroy", ADDRESS);
    version = version(library);
    one = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1f);
    zero = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0f);
    check("cublasLtCreate", call(function(library, "Create", ADDRESS), pointer));
    handle = pointer.get(ADDRESS, 0);
  }

  private static MethodHandle function(
      NativeLibrary library, String name, ValueLayout... arguments) {
    return library.function("cublasLt" + name, status(arguments));
  }

  private static long version(NativeLibrary library) {
    try {
      return (long)
          library.function("cublasLtGetVersion", FunctionDescriptor.of(JAVA_LONG)).invokeExact();
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  /**
   * The library, if the machine has one that the driver is new enough for and that starts.
   *
   * @param driverVersion 12060 for 12.6
   */
  static Optional<CublasLt> find(int driverVersion) {
    return open(names(driverVersion));
  }

  private static List<String> names(int driverVersion) {
    return driverVersion >= CUDA_13 ? NAMES : NAMES.subList(1, NAMES.size());
  }

  /** The first of these files that can be used. */
  static Optional<CublasLt> open(List<String> names) {
    try {
      return NativeLibrary.open(names).map(CublasLt::new);
    } catch (LinkageError | LongtakeException e) {
      log.warn(
          "cuBLASLt is here and does not start; our own kernels compute large products: {}",
          e.getMessage());
      return Optional.empty();
    }
  }

  /** Such as 120605 for 12.6.5. */
  long version() {
    return version;
  }

  /** What {@link #find} would find, for people: {@code cuBLASLt 12.6.5 (libcublasLt.so.12)}. */
  static Optional<String> title(int driverVersion) {
    return NativeLibrary.open(names(driverVersion)).map(CublasLt::title);
  }

  static String title(NativeLibrary library) {
    long version = version(library);
    return "cuBLASLt %d.%d.%d (%s)"
        .formatted(version / 10_000, version / 100 % 100, version % 100, library.name());
  }

  /**
   * Chooses the algorithm.
   *
   * @param bias where one lies, since the choice may depend on its alignment, which is the same for
   *     all of them; 0 if the form has none
   * @return null if the library has no algorithm for this form
   */
  @Nullable Plan plan(Form form, long bias) {
    MemorySegment operation = operation(form, bias);
    MemorySegment weight = layout(form.in(), form.terms(), form.outputs());
    MemorySegment rows = layout(form.in(), form.terms(), form.rows());
    MemorySegment result = layout(form.out(), form.outputs(), form.rows());
    MemorySegment algorithm = arena.allocate(ALGORITHM_BYTES, Long.BYTES);
    Plan plan = new Plan(form, operation, weight, rows, result, algorithm);
    if (choose(plan)) {
      return plan;
    }
    release(plan);
    return null;
  }

  private MemorySegment operation(Form form, long bias) {
    check("cublasLtMatmulDescCreate", call(createOperation, pointer, COMPUTE_32F, R_32F));
    MemorySegment operation = pointer.get(ADDRESS, 0);
    int epilogue = (form.bias() ? EPILOGUE_BIAS : 0) | (form.gelu() ? EPILOGUE_GELU : 0);
    set(setOperation, operation, DESC_TRANSA, OP_T);
    set(setOperation, operation, DESC_EPILOGUE, epilogue == 0 ? EPILOGUE_DEFAULT : epilogue);
    if (form.bias()) {
      set(setOperation, operation, DESC_BIAS_DATA_TYPE, type(form.out()));
      setBias(operation, bias);
    }
    return operation;
  }

  private void setBias(MemorySegment operation, long bias) {
    pointer.set(JAVA_LONG, 0, bias);
    try {
      int code =
          (int) setOperation.invokeExact(operation, DESC_BIAS_POINTER, pointer, pointer.byteSize());
      check("cublasLtMatmulDescSetAttribute", code);
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  private MemorySegment layout(DType dtype, long length, long count) {
    check(
        "cublasLtMatrixLayoutCreate",
        call(createLayout, pointer, type(dtype), length, count, length));
    return pointer.get(ADDRESS, 0);
  }

  private static int type(DType dtype) {
    return dtype == DType.BF16 ? R_16BF : R_32F;
  }

  private boolean choose(Plan plan) {
    check("cublasLtMatmulPreferenceCreate", call(createPreference, pointer));
    MemorySegment preference = pointer.get(ADDRESS, 0);
    try (Arena local = Arena.ofConfined()) {
      MemorySegment bytes = local.allocateFrom(JAVA_LONG, WORKSPACE_BYTES);
      set(setPreference, preference, PREFERENCE_WORKSPACE, bytes);
      set(setPreference, preference, PREFERENCE_REDUCTION, REDUCTION_COMPUTE_TYPE);
      for (int i = PREFERENCE_ALIGNMENT_A; i <= PREFERENCE_ALIGNMENT_D; i++) {
        set(setPreference, preference, i, ALIGNMENT);
      }
      MemorySegment result = local.allocate(RESULT_BYTES, Long.BYTES);
      MemorySegment found = local.allocate(JAVA_INT);
      int code =
          call(
              heuristic,
              handle,
              plan.operation(),
              plan.weight(),
              plan.rows(),
              plan.result(),
              plan.result(),
              preference,
              1,
              result,
              found);
      // Two ways to say that there is none. Any other status says that something is wrong, which
      // must not end in other kernels and so in other bits.
      if (code != NOT_SUPPORTED) {
        check("cublasLtMatmulAlgoGetHeuristic", code);
      }
      MemorySegment.copy(result, 0, plan.algorithm(), 0, ALGORITHM_BYTES);
      return code == 0 && found.get(JAVA_INT, 0) == 1 && result.get(JAVA_INT, STATE_AT) == 0;
    } finally {
      check("cublasLtMatmulPreferenceDestroy", call(destroyPreference, preference));
    }
  }

  private static void set(MethodHandle setter, MemorySegment target, int attribute, int value) {
    try (Arena local = Arena.ofConfined()) {
      set(setter, target, attribute, local.allocateFrom(JAVA_INT, value));
    }
  }

  private static void set(
      MethodHandle setter, MemorySegment target, int attribute, MemorySegment value) {
    check("attribute " + attribute, call(setter, target, attribute, value, value.byteSize()));
  }

  /**
   * Starts a product on a stream.
   *
   * @param bias as many numbers of the result's type as there are outputs; 0 if the form has none
   * @param workspace {@link #WORKSPACE_BYTES} of device memory that nothing else uses meanwhile
   */
  void multiply(Plan plan, long out, long x, long weight, long bias, long workspace, long stream) {
    try {
      if (plan.form().bias()) {
        setBias(plan.operation(), bias);
      }
      check(
          "cublasLtMatmul",
          (int)
              multiply.invokeExact(
                  handle,
                  plan.operation(),
                  one,
                  weight,
                  plan.weight(),
                  x,
                  plan.rows(),
                  zero,
                  out,
                  plan.result(),
                  out,
                  plan.result(),
                  plan.algorithm(),
                  workspace,
                  WORKSPACE_BYTES,
                  stream));
    } catch (Throwable e) {
      throw NativeLibrary.unexpected(e);
    }
  }

  /** Gives back what the library keeps of a form. */
  void release(Plan plan) {
    check("cublasLtMatmulDescDestroy", call(destroyOperation, plan.operation()));
    for (MemorySegment layout : List.of(plan.weight(), plan.rows(), plan.result())) {
      check("cublasLtMatrixLayoutDestroy", call(destroyLayout, layout));
    }
  }

  @Override
  public void close() {
    check("cublasLtDestroy", call(destroy, handle));
    arena.close();
  }

  private static void check(String what, int code) {
    if (code != 0) {
      throw new LongtakeException(
          ErrorCode.ENGINE_FAILED, "cuBLASLt: %s gave status %d".formatted(what, code));
    }
  }
}
