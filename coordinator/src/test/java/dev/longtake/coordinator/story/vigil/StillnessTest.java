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
import dev.longtake.coordinator.story.vigil.Stillness.Still;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One shot of four chunks. */
class StillnessTest {

  private static final Duration SAID = Duration.ofMinutes(5);
  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");

  private final Stillness stillness = new Stillness(new Stillness.Patience(SAID));
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

  private List<Still> lookAfter(Duration time) {
    now = now.plus(time);
    return stillness.look(story, steps, now);
  }

  private void note(int chunk, int stepsDone, boolean isWaiting) {
    steps.note(new LeaseToken("s", 0, Kind.CHUNK, chunk, 1), stepsDone, isWaiting);
  }

  @Test
  void look_atAShotThatWaitsForAWorker_findsNothing() {
    lookAfter(Duration.ZERO);

    assertThat(lookAfter(SAID.multipliedBy(3))).isEmpty();
  }

  @Test
  void look_atAShotThatDoesNotMove_saysSoUntilItDoes() {
    lease(A);
    lookAfter(Duration.ZERO);
    assertThat(lookAfter(SAID.minusMillis(1))).isEmpty();

    assertThat(lookAfter(Duration.ofMinutes(1)))
        .singleElement()
        .satisfies(
            still ->
                assertThat(still.sentence(now))
                    .startsWith("shot shot-0 (DENOISING) has not moved for 6 min"));
    note(2, 1, false);
    assertThat(lookAfter(Duration.ofSeconds(1))).isEmpty();
  }

  @Test
  void look_afterAnEndOrARelease_beginsAnew() {
    lease(A);
    lookAfter(Duration.ZERO);
    for (StoryEvent event : StoryRules.release(story, A, new CheckpointSteps())) {
      story = story.apply(event);
    }
    assertThat(lookAfter(SAID)).isEmpty();
    lease(B);

    assertThat(lookAfter(SAID)).isEmpty();
  }
}
