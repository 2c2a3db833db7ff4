package dev.longtake.worker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/**
 * What {@code longtake doctor} says, where a small pack has not the programs; started by {@code
 * ops/gpu-check}, never by itself. Prints, asserts nothing.
 */
class GpuDoctorBench {

  @Test
  void examine_ofThisMachine_isPrinted() {
    assumeTrue(Boolean.getBoolean("longtake.gpu"), "only with -Pgpu");
    for (Doctor.Finding found : new Doctor(4, System::nanoTime).examine()) {
      System.out.println(
          "%-7s %-16s %s".formatted(Doctor.label(found.state()), found.subject(), found.detail()));
    }
  }
}
