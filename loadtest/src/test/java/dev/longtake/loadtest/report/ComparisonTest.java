package dev.longtake.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  private static JsonNode figures(int workers, double leases, boolean passed) throws Exception {
    return new ObjectMapper()
        .readTree(
            """
            {"run": {"workers": %d, "seed": 1}, "leasesPerSecond": %s,
             "latencyMillis": {"submit": {"p50": 2.0}}, "audit": {"passed": %s}}
            """
                .formatted(workers, leases, passed));
  }

  @Test
  void of_twoRuns_saysWhatWasDifferentAndTheRatios() throws Exception {
    var lines = Comparison.of(figures(10, 50, true), figures(20, 75, false));

    assertThat(lines)
        .contains("run.workers: 10, 20", "audit: passed, FAILED")
        .anyMatch(line -> line.startsWith("leasesPerSecond") && line.endsWith("1.50"))
        .anyMatch(line -> line.startsWith("latencyMillis.submit.p50") && line.endsWith("1.00"));
  }
}
