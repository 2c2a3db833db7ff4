package dev.longtake.tensor.cuda;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.DType;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.cuda.CublasLt.Form;
import dev.longtake.tensor.cuda.CublasLt.Plan;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Linear maps that are large enough for cuBLASLt, with the plan of each form that has occurred.
 * What it takes depends on element types and sizes alone, so that it is the same on every run.
 */
final class LargeProducts implements AutoCloseable {

  /** Multiplications below which a product is not worth the library's call. */
  private static final long MULTIPLICATIONS_MIN = 1 << 20;

  private final CudaDriver driver;
  private final CublasLt library;
  private final CudaMemory memory;
  private final MemorySegment workspace;
  private final Map<Form, Optional<Plan>> plans = new HashMap<>();

  LargeProducts(CudaDriver driver, CublasLt library, CudaMemory memory) {
    this.driver = driver;
    this.library = library;
    this.memory = memory;
    workspace = memory.allocate(CublasLt.WORKSPACE_BYTES);
  }

  /**
   * What tells engines apart: heuristics look at the library's version, at how large the device is,
   * and perhaps at its memory and clocks, which go with the model.
   */
  String label() {
    String words = driver.model().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ");
    String model = words.strip().replace(' ', '-');
    return "lt%dx%d-%s".formatted(library.version(), driver.multiprocessorCount(), model);
  }

  /**
   * Starts {@code out = activation(x weight^T + bias)}.
   *
   * @return false if it is not for the library, and nothing was started
   */
  boolean linear(Tensor out, Tensor x, int rows, CudaWeights.Linear weight, Activation activation) {
    @Nullable Tensor bias = out.dtype() == DType.F32 ? weight.bias() : weight.biasBf16();
    boolean hasBias = weight.bias() != null;
    boolean takes =
        (long) rows * weight.outputCount() * weight.inputCount() >= MULTIPLICATIONS_MIN
            && x.dtype() == weight.weight().dtype()
            && (x.dtype() == DType.BF16 || out.dtype() == DType.F32)
            && activation != Activation.SILU
            && hasBias == (bias != null)
            && fits(x, weight.inputCount())
            && fits(out, weight.outputCount());
    if (!takes) {
      return false;
    }
    Form form =
        new Form(
            x.dtype(),
            out.dtype(),
            rows,
            weight.outputCount(),
            weight.inputCount(),
            hasBias,
            activation == Activation.GELU_TANH);
    long biasAddress = bias == null ? 0 : bias.address();
    Optional<Plan> plan = plans.computeIfAbsent(form, it -> plan(it, biasAddress));
    plan.ifPresent(it -> start(it, out, x, weight.weight(), biasAddress));
    return plan.isPresent();
  }

  /**
   * The library asks the thread's device what it is: on another one it would choose otherwise. If
   * it fails, the driver says whether the device is lost.
   */
  private Optional<Plan> plan(Form form, long bias) {
    List<Plan> chosen = new ArrayList<>();
    driver.ask(() -> Optional.ofNullable(library.plan(form, bias)).ifPresent(chosen::add));
    return chosen.stream().findFirst();
  }

  private static boolean fits(Tensor x, int length) {
    return x.address() % CublasLt.ALIGNMENT == 0
        && (long) length * x.dtype().byteSize() % CublasLt.ALIGNMENT == 0;
  }

  private void start(Plan plan, Tensor out, Tensor x, Tensor weight, long bias) {
    driver.start(
        stream ->
            library.multiply(
                plan,
                out.address(),
                x.address(),
                weight.address(),
                bias,
                workspace.address(),
                stream));
  }

  @Override
  public void close() {
    memory.free(workspace);
    plans.values().stream().flatMap(Optional::stream).forEach(library::release);
    library.close();
  }
}
