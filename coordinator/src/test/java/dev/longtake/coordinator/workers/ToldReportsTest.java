package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldReportsTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ToldReports told = new ToldReports(PAUSE);

  private static Report running(int chunk, int steps) {
    return new Report(lease(chunk), new Report.Running(steps, false));
  }

  private static Report done(int chunk) {
    return new Report(lease(chunk), new Report.Done(Digest.ofText("x"), 1, Duration.ZERO));
  }

  private static LeaseToken lease(int chunk) {
    return new LeaseToken("story-1", 0, Kind.CHUNK, chunk, 1);
  }

  @Test
  void due_howFarItIs_isToldOnce() {
    assertThat(told.due(List.of(running(0, 1)), NOW)).containsExactly(running(0, 1));
    assertThat(told.due(List.of(running(0, 1)), NOW.plus(PAUSE.multipliedBy(9)))).isEmpty();
    assertThat(told.due(List.of(running(0, 2)), NOW)).containsExactly(running(0, 2));
  }

  @Test
  void due_whatHasEnded_isToldAgainAfterLongerAndLongerPausesUntilItIsGone() {
    assertThat(told.due(List.of(done(0)), NOW)).containsExactly(done(0));
    assertThat(told.due(List.of(done(0)), NOW.plusMillis(20))).isEmpty();
    assertThat(told.due(List.of(done(0)), NOW.plus(PAUSE))).containsExactly(done(0));
    assertThat(told.due(List.of(done(0)), NOW.plus(PAUSE.multipliedBy(2)))).isEmpty();
    assertThat(told.due(List.of(done(0)), NOW.plus(PAUSE.multipliedBy(3))))
        .containsExactly(done(0));
    assertThat(told.due(List.of(), NOW.plus(PAUSE.multipliedBy(3)))).isEmpty();
    assertThat(told.due(List.of(done(0)), NOW.plus(PAUSE.multipliedBy(3))))
        .containsExactly(done(0));
  }

  /** Each chunk that ends has the worker repeat all that it holds. */
  @Test
  void due_twoThousandChunksThatEndOneByOne_areToldTwoThousandTimes() {
    List<Report> held = new ArrayList<>();
    int count = 0;

    for (int i = 0; i < 2000; i++) {
      held.add(done(i));
      count += told.due(held, NOW).size();
    }

    assertThat(count).isEqualTo(2000);
  }
}
