package dev.longtake.ops.localfarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FarmPartTest {

  @Test
  void line_leader_saysSo() {
    assertThat(FarmPart.coordinator("127.0.0.1:7470", OptionalLong.of(12), true).line())
        .isEqualTo("coordinator 127.0.0.1:7470 12 leader");
  }

  @Test
  void line_worker_isIdAndProcess() {
    assertThat(FarmPart.worker("worker-1", OptionalLong.of(13)).line())
        .isEqualTo("worker worker-1 13");
  }

  @Test
  void line_ended_isDown() {
    assertThat(FarmPart.storage("127.0.0.1:9000", OptionalLong.empty()).line())
        .isEqualTo("storage 127.0.0.1:9000 - down");
  }
}
