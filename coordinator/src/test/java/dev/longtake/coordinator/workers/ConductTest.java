package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConductTest {

  private static final Conduct.Budget BUDGET =
      new Conduct.Budget(3, Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofMinutes(30));

  private final Conduct conduct = new Conduct(BUDGET);
  private Instant now = Instant.EPOCH;
  private Optional<WorkerMark> mark = Optional.empty();

  private Optional<WorkerMark> fail(String story, int attempt, ErrorCode code) {
    Optional<WorkerMark> made =
        conduct.failed(
            "w",
            new LeaseToken(story, 0, Kind.CHUNK, 0, attempt),
            new Report.Failed(code, "broken"),
            mark,
            now);
    mark = made.or(() -> mark);
    return made;
  }

  private Optional<WorkerMark> fail(String story) {
    return fail(story, 1, ErrorCode.ENGINE_FAILED);
  }

  @Test
  void failed_onOneStoryAgainAndAgain_isTheStorysFault() {
    for (int attempt = 1; attempt < 20; attempt++) {
      assertThat(fail("story-1", attempt, ErrorCode.ENGINE_FAILED)).isEmpty();
    }
  }

  @Test
  void failed_onDistinctStories_isQuarantinedWithTheEvidence() {
    fail("story-1");
    fail("story-1"); // It repeats itself until it is heard.
    assertThat(fail("story-2")).isEmpty();

    WorkerMark quarantine = fail("story-3").orElseThrow();

    assertThat(quarantine.kind()).isEqualTo(WorkerMark.Kind.QUARANTINED);
    assertThat(quarantine.reason())
        .isEqualTo(
            "failed on 3 stories (story-1, story-2, story-3), the last time:"
                + " worker.engine_failed: broken");
    assertThat(quarantine.until()).contains(now.plus(Duration.ofMinutes(10)));
    assertThat(quarantine.holds(now)).isTrue();
    assertThat(fail("story-4")).as("it is quarantined already").isEmpty();
  }

  @Test
  void failed_longAgo_countsNoMore() {
    fail("story-1");
    fail("story-2");
    now = now.plus(BUDGET.window());

    assertThat(fail("story-3")).isEmpty();
  }

  /** Workers whose names are made anew with each machine, for years. */
  @Test
  void failed_longAgoOfWorkersThatAreGone_isForgotten() {
    for (int i = 0; i < 100; i++) {
      now = now.plus(BUDGET.window());
      conduct.failed(
          "w" + i,
          new LeaseToken("story", 0, Kind.CHUNK, 0, 1),
          new Report.Failed(ErrorCode.ENGINE_FAILED, "broken"),
          Optional.empty(),
          now);
    }

    assertThat(conduct.size()).isEqualTo(1);
  }

  @Test
  void failed_onProbation_isQuarantinedAtOnceAndForLonger() {
    fail("story-1");
    fail("story-2");
    fail("story-3");
    for (int minutes : new int[] {20, 30, 30}) {
      now = mark.orElseThrow().until().orElseThrow();
      assertThat(mark.orElseThrow().holds(now)).isFalse();

      WorkerMark again =
          fail("story-" + minutes, mark.orElseThrow().times(), ErrorCode.DATA_CORRUPT)
              .orElseThrow();

      assertThat(again.until()).contains(now.plus(Duration.ofMinutes(minutes)));
      assertThat(again.reason()).startsWith("failed again on probation: worker.data_corrupt");
    }
  }

  @Test
  void failed_afterProbation_beginsAnew() {
    fail("story-1");
    fail("story-2");
    fail("story-3");
    now = mark.orElseThrow().until().orElseThrow().plus(BUDGET.window());

    assertThat(fail("story-9")).isEmpty();
  }

  @Test
  void forgive_afterFailures_beginsAnew() {
    fail("story-1");
    fail("story-2");
    conduct.forgive("w");

    assertThat(fail("story-3")).isEmpty();
  }

  /** It fails everything that comes. */
  @Test
  void failed_withALostDevice_isQuarantinedAtOnce() {
    assertThat(fail("story-1", 1, ErrorCode.DEVICE_LOST).orElseThrow().reason())
        .isEqualTo("failed: worker.device_lost: broken");
  }

  /** A request that is wrong, a farm that is busy, a promise that is broken: no machine's fault. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DEVICE_LOST", "UNAUTHENTICATED", "PERMISSION_DENIED"})
  void failed_withAnyCode_countsIfItIsTheMachines(ErrorCode code) {
    for (int i = 1; i < BUDGET.stories(); i++) {
      fail("story-" + i, 1, code);
    }

    assertThat(fail("story-last", 1, code).isPresent())
        .isEqualTo(code.kind() == ErrorKind.WORKER && code != ErrorCode.CHECKPOINT_UNUSABLE);
  }
}
