package dev.longtake.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

class DoctorTest {

  @Test
  void examine_ofAnyMachine_findsAProcessorThatComputes() {
    var findings = new Doctor(1, System::nanoTime).examine();

    assertThat(findings.getFirst().subject()).isEqualTo("cpu");
    assertThat(findings.getFirst().state()).isEqualTo(Doctor.State.OK);
    assertThat(findings.getFirst().detail()).contains("1 threads; engine cpu-", "relative error");
    assertThat(findings.get(1).subject()).isEqualTo("cpu:bf16");
    assertThat(findings.get(1).state())
        .isEqualTo(CpuBackend.multipliesBf16() ? Doctor.State.OK : Doctor.State.ABSENT);
    assertThat(findings).extracting(Doctor.Finding::subject).contains("nvidia driver");
  }

  /** A library that is there and broken, say. */
  @Test
  void look_atWhatThrows_isAFindingAndNoEnd() {
    assertThat(
            Doctor.look(
                "matrix products",
                () -> {
                  throw new UnsatisfiedLinkError("libcublasLt.so.12 has no cublasLtGetVersion");
                }))
        .isEqualTo(
            new Doctor.Finding(
                "matrix products",
                Doctor.State.FAILED,
                "java.lang.UnsatisfiedLinkError: libcublasLt.so.12 has no cublasLtGetVersion"));
  }
}
