package dev.longtake.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointPolicyTest {

  @ParameterizedTest
  @CsvSource({"1,1", "8,1", "10,1", "11,2", "20,2", "50,5", "1000,100"})
  void interval_ofTenths_isATenthRoundedUp(int stepCount, int interval) {
    assertThat(CheckpointPolicy.TENTHS.interval(stepCount)).isEqualTo(interval);
  }

  @Test
  void interval_thatIsSaid_isThat() {
    assertThat(CheckpointPolicy.every(7).interval(50)).isEqualTo(7);
    assertThat(CheckpointPolicy.OFF.interval(50)).isZero();
  }

  @Test
  void every_outOfRange_isRefused() {
    assertThatThrownBy(() -> CheckpointPolicy.every(-1))
        .hasMessage("checkpoint steps: expected 0 to 1000, found -1");
    assertThatThrownBy(() -> CheckpointPolicy.every(1001)).hasMessageContaining("found 1001");
  }
}
