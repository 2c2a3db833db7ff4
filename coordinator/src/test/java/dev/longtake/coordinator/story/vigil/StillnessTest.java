package dev.longtake.coordinator.story.vigil;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.vigil.Stillness.Findings;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One shot of four chunks. */
class StillnessTest {

  private static final Duration SAID = Duration.ofMinutes(5);
  private static final Duration GIVEN = Duration.ofHours(1);
  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");

  private final Stillness stillness = new Stillness(new Stillness.Patience(SAID, GIVEN));
  private final StepCounts steps = new StepCounts();
  private Instant now = Instant.EPOCH;
  private StoryProgress story =
      StoryProgress.of(new StorySubmitted("s", 1, TestStories.story("s", 57), Instant.EPOCH))
          .apply(new StoryPlanned(TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));

  private void lease(WorkerKey... workers) {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      grants.add(new Grant(i, workers[i * workers.length / 4]));
    }
    story = story.apply(new WorkLeased(0, Kind.CHUNK, grants));
  }

  private Findings lookAfter(Duration time) {
    now = now.plus(time);
    return stillness.look(story, steps, now);
  }

  private void note(int chunk, int stepsDone, boolean isWaiting) {
    steps.note(new LeaseToken("s", 0, Kind.CHUNK, chunk, 1), stepsDone, isWaiting);
  }

  @Test
  void look_atAShotThatWaitsForAWorker_findsNothing() {
    lookAfter(Duration.ZERO);

    assertThat(lookAfter(GIVEN.multipliedBy(3))).isEqualTo(Findings.NONE);
  }

  @Test
  void look_atAShotThatDoesNotMove_saysSoUntilItDoes() {
    lease(A);
    lookAfter(Duration.ZERO);
    assertThat(lookAfter(SAID.minusMillis(1)).still()).isEmpty();

    Findings found = lookAfter(Duration.ofMinutes(1));

    assertThat(found.overdue()).isEmpty();
    assertThat(found.still())
        .singleElement()
        .satisfies(
            still ->
                assertThat(still.sentence(now))
                    .startsWith("shot shot-0 (DENOISING) has not moved for 6 min"));
    note(2, 1, false);
    assertThat(lookAfter(Duration.ofSeconds(1)).still()).isEmpty();
  }

  @Test
  void look_atAWorkerThatComesNoFurther_takesItToHaveFailed() {
    lease(A);
    lookAfter(Duration.ZERO);

    Findings found = lookAfter(GIVEN);

    assertThat(found.overdue())
        .singleElement()
        .satisfies(
            overdue -> {
              assertThat(overdue.worker()).isEqualTo(A);
              assertThat(overdue.report().progress())
                  .isInstanceOfSatisfying(
                      Report.Failed.class,
                      failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
            });
  }

  @Test
  void look_atAWorkerOfWhichOneChunkMoves_leavesItAlone() {
    lease(A);
    lookAfter(Duration.ZERO);
    now = now.plus(GIVEN.minusMinutes(1));
    note(3, 1, false);
    lookAfter(Duration.ZERO);

    assertThat(lookAfter(Duration.ofMinutes(2)).overdue()).isEmpty();
  }

  /** B hangs, and A waits for it. */
  @Test
  void look_atAWorkerThatWaitsForItsNeighbour_blamesTheNeighbour() {
    lease(A, B);
    note(0, 1, true);
    note(1, 1, true);
    lookAfter(Duration.ZERO);

    assertThat(lookAfter(GIVEN).overdue())
        .singleElement()
        .satisfies(overdue -> assertThat(overdue.worker()).isEqualTo(B));
  }

  @Test
  void look_afterAnEndOrARelease_beginsAnew() {
    lease(A);
    lookAfter(Duration.ZERO);
    for (StoryEvent event : StoryRules.release(story, A, new CheckpointSteps())) {
      story = story.apply(event);
    }
    assertThat(lookAfter(GIVEN)).isEqualTo(Findings.NONE);
    lease(B);

    assertThat(lookAfter(SAID).still()).isEmpty();
  }
}
