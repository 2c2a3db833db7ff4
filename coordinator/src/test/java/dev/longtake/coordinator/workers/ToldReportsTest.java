package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
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

  private static final Duration PROGRESS = Duration.ofHours(1);
  private static final Instant LATE = NOW.plus(PROGRESS);

  private final ToldReports told = new ToldReports(PAUSE, PROGRESS, NOW);

  private static Report running(int chunk, int steps) {
    return new Report(lease(chunk), new Report.Running(steps, false));
  }

  private static Report done(int chunk) {
    return new Report(lease(chunk), new Report.Done(Digest.ofText("x"), 1, Duration.ZERO));
  }

  private static Report decoding(String story, boolean isSaidToWait) {
    return new Report(
        new LeaseToken(story, 0, Kind.SEGMENT, 0, 1), new Report.Running(0, isSaidToWait));
  }

  private static void assertOverdue(List<Report> told, LeaseToken... leases) {
    assertThat(told).extracting(Report::lease).containsExactly(leases);
    assertThat(told)
        .extracting(Report::progress)
        .allSatisfy(
            progress ->
                assertThat(progress)
                    .isInstanceOfSatisfying(
                        Report.Failed.class,
                        failed ->
                            assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED)));
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

  @Test
  void due_ofAWorkerThatComesNoFurther_hasFailedUntilItIsHeldNoLonger() {
    List<Report> held = List.of(running(0, 3), running(1, 2));
    told.due(held, NOW);

    assertThat(told.due(held, LATE.minusMillis(1))).isEmpty();
    assertOverdue(told.due(held, LATE), lease(0), lease(1));
    assertThat(told.due(held, LATE)).as("it was told").isEmpty();

    assertOverdue(told.due(List.of(running(1, 2)), LATE.plus(PAUSE)), lease(1));
    assertThat(told.due(List.of(), LATE.plus(PAUSE))).isEmpty();
    assertThat(told.due(List.of(running(1, 2)), LATE.plus(PAUSE))).containsExactly(running(1, 2));
  }

  @Test
  void due_ofAWorkerThatIsBusyForAnotherStory_blamesItForNothing() {
    Report waitsForItsTurn = decoding("story-2", false);
    told.due(List.of(waitsForItsTurn, running(0, 1)), NOW);
    told.due(List.of(waitsForItsTurn, running(0, 2)), NOW.plus(PROGRESS.dividedBy(2)));

    assertThat(told.due(List.of(waitsForItsTurn, running(0, 2)), LATE)).isEmpty();
  }

  /** Two segments of 35 minutes each: the second one is not held for 70. */
  @Test
  void due_ofAWorkerThatHasFinishedAnotherPiece_blamesItForNothing() {
    Report second = decoding("story-2", false);
    told.due(List.of(running(0, 1), second), NOW);
    told.due(List.of(done(0), second), NOW.plusSeconds(35 * 60));

    assertThat(told.due(List.of(second), LATE)).isEmpty();
    assertThat(told.due(List.of(second), LATE.plusSeconds(60))).isEmpty();
    assertOverdue(told.due(List.of(second), LATE.plus(PROGRESS)), second.lease());
  }

  /** What only waits hangs elsewhere; and a segment has no neighbours. */
  @Test
  void due_ofWhatWaitsForANeighbour_blamesChunksForNothing() {
    Report waiting = new Report(lease(0), new Report.Running(1, true));
    told.due(List.of(waiting), NOW);
    assertThat(told.due(List.of(waiting), LATE)).isEmpty();

    Report segment = decoding("story-1", true);
    told.due(List.of(waiting, segment), LATE);
    assertOverdue(told.due(List.of(waiting, segment), LATE.plus(PROGRESS)), segment.lease());
  }
}
