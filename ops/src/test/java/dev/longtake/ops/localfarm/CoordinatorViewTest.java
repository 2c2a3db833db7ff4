package dev.longtake.ops.localfarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoordinatorViewTest {

  @Test
  void of_metricsOfTheLeader_isLeader() {
    String metrics =
        """
        # HELP longtake_dispatch_leader 1 at the coordinator that deals out the work
        # TYPE longtake_dispatch_leader gauge
        longtake_dispatch_leader 1.0
        longtake_workers 3.0
        longtake_workers_total 9.0
        """;

    assertThat(CoordinatorView.of(metrics)).isEqualTo(new CoordinatorView(true, 3));
  }

  @Test
  void of_nothing_isNoLeaderWithoutWorkers() {
    assertThat(CoordinatorView.of("")).isEqualTo(new CoordinatorView(false, 0));
  }
}
