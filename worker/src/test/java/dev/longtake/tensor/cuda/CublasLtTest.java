package dev.longtake.tensor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Precision;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which products go to cuBLASLt, and how; that they are right is for the conformance test. */
class CublasLtTest {

  private static final int ROWS = 128;
  private static final int LENGTH = 128;
  private static final long SEED = 5;

  private int choices;
  private int products;

  @BeforeEach
  void startCounting() {
    assumeTrue(HostEmulation.isPossible(), "there is no C++ compiler for the stand-in");
    choices = CublasLtStandIn.choices();
    products = CublasLtStandIn.products();
  }

  @AfterEach
  void allow() {
    if (HostEmulation.isPossible()) {
      CublasLtStandIn.setRefuses(false);
    }
  }

  private static Backend open(Precision precision) {
    return CudaBackend.create(new HostEmulation(90), precision, CublasLtStandIn.open());
  }

  /** A linear map of equal width on {@code rows} rows. */
  private static float[] linear(Backend backend, int rows, Activation activation) {
    Random random = new Random(SEED);
    LinearWeight weight =
        backend.prepareLinear(
            LENGTH,
            LENGTH,
            MemorySegment.ofArray(values(random, LENGTH * LENGTH)),
            MemorySegment.ofArray(values(random, LENGTH)));
    float[] result = new float[rows * LENGTH];
    try (Workspace workspace = backend.openWorkspace()) {
      Tensor x = workspace.take(rows, LENGTH);
      Tensor out = workspace.take(rows, LENGTH);
      backend.write(x, values(random, rows * LENGTH), 0);
      backend.linear(out, x, weight, activation);
      backend.read(out, result, 0);
    }
    backend.release(weight);
    return result;
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private void assertCalls(int newChoices, int newProducts) {
    assertThat(CublasLtStandIn.choices() - choices).as("choices").isEqualTo(newChoices);
    assertThat(CublasLtStandIn.products() - products).as("products").isEqualTo(newProducts);
  }

  @Test
  void linear_ofALargeProduct_choosesOncePerFormAndDestroysWhatItMade() {
    int alive = CublasLtStandIn.alive();
    try (Backend backend = open(Precision.BF16)) {
      linear(backend, ROWS, Activation.NONE);
      linear(backend, ROWS, Activation.NONE);
      linear(backend, ROWS, Activation.GELU_TANH);
      assertCalls(2, 3);
      assertThat(CublasLtStandIn.alive()).isGreaterThan(alive);
    }
    assertThat(CublasLtStandIn.alive()).isEqualTo(alive);
  }

  @Test
  void linear_ofASmallProductOrWithSilu_isForOurKernels() {
    try (Backend backend = open(Precision.F32)) {
      linear(backend, ROWS / 4, Activation.NONE);
      linear(backend, ROWS, Activation.SILU);
    }
    assertCalls(0, 0);
  }

  @Test
  void linear_ofAFormThatTheLibraryHasNothingFor_givesOurKernelsBits() {
    float[] refused;
    float[] own;
    CublasLtStandIn.setRefuses(true);
    try (Backend backend = open(Precision.BF16)) {
      refused = linear(backend, ROWS, Activation.NONE);
      linear(backend, ROWS, Activation.NONE);
    }
    assertCalls(1, 0);
    try (Backend backend = CudaBackend.create(new HostEmulation(90), Precision.BF16)) {
      own = linear(backend, ROWS, Activation.NONE);
    }

    assertThat(refused).isEqualTo(own);
  }

  /** Farms must not mix chunks of the two: their bits differ. */
  @Test
  void engineClass_withAndWithoutTheLibrary_differs() {
    String own;
    try (Backend backend = CudaBackend.create(new HostEmulation(90), Precision.BF16)) {
      own = backend.engineClass();
    }
    try (Backend backend = open(Precision.BF16)) {
      assertThat(backend.engineClass()).isEqualTo(own + "-lt120605x1-host-emulated");
    }
  }

  @Test
  void open_ofALibraryThatIsNotThere_isEmpty() {
    assertThat(CublasLt.open(List.of("libcublasLt.so.absent"))).isEmpty();
  }
}
