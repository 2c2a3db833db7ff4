package dev.longtake.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.loadtest.faults.history.Cost;
import dev.longtake.loadtest.faults.history.Happening.Broke;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which faults there are, and what they cost. */
class FaultPlanTest {

  @Test
  void plan_ofTheSameSeed_isTheSame() {
    assertThat(FaultPlan.of(5)).isEqualTo(FaultPlan.of(5)).isNotEqualTo(FaultPlan.of(6));
  }

  @Test
  void plans_ofAsManySeedsAsFaults_beginWithEach() {
    assertThat(
            LongStream.rangeClosed(1, Fault.values().length)
                .mapToObj(seed -> FaultPlan.of(seed).getFirst().fault()))
        .containsExactly(Fault.values());
  }

  @Test
  void table_hasALineForEachFault() {
    var killed = new Broke(1, "worker-killed", "one", 9, false);
    var slow = new Broke(1, "link-slow", "one", 9, false);

    assertThat(
            FaultTable.of(
                List.of(
                    new Cost(killed, 4, OptionalLong.of(2500)),
                    new Cost(slow, 0, OptionalLong.empty()),
                    new Cost(killed, 6, OptionalLong.of(500)))))
        .endsWith(
            "| link-slow | 1 | 0 / 0 | nothing had to be |",
            "| worker-killed | 2 | 6 / 6 | 2.5 / 2.5 s |");
  }
}
