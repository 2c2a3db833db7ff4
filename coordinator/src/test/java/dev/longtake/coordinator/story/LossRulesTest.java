package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One shot of four chunks with twelve steps, leased to one worker after the other. */
class LossRulesTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final FailurePolicy POLICY = new FailurePolicy(3);

  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private StoryProgress story;

  @BeforeEach
  void plan() {
    story = StoryProgress.of(new StorySubmitted("story-1", 1, CheckpointStepsTest.story(57), NOW));
    happen(StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
  }

  private void happen(List<StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    FarmInvariants.check(story);
  }

  private WorkerKey lease(String id) {
    WorkerKey worker = new WorkerKey(id, "boot");
    List<Grant> grants = IntStream.range(0, 4).mapToObj(index -> new Grant(index, worker)).toList();
    happen(StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
    return worker;
  }

  private void lose(WorkerKey worker) {
    happen(LossRules.lost(story, worker, checkpoints, POLICY, NOW));
  }

  private void keepAll(int attempt, int step) {
    for (int i = 0; i < 4; i++) {
      checkpoints.note(
          story, new LeaseToken("story-1", 0, Kind.CHUNK, i, attempt), step, CheckpointNews.STORED);
    }
  }

  @Test
  void lost_againAndAgainAtOnePlace_failsWithTheWorkersNames() {
    lose(lease("a"));
    lose(lease("b"));
    lose(lease("a"));
    assertThat(story.isOpen()).isTrue();

    lose(lease("c"));

    assertThat(story.ending())
        .isInstanceOfSatisfying(
            StoryProgress.Ending.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(ErrorCode.WORKER_LOST);
              assertThat(failed.message())
                  .contains("shot shot-0, chunk 0: its work may end workers: 4", "(a, b, a, c)")
                  .contains("no further than step 0");
            });
  }

  /** Its disk, its supervisor, its power: another one can do it. */
  @Test
  void lost_manyTimesByOneMachine_isNotTheStorysFault() {
    for (int i = 0; i < 3 * 3 - 1; i++) {
      lose(lease("a"));
    }
    assertThat(story.isOpen()).isTrue();

    lose(lease("a"));

    assertThat(story.isOpen()).as("where there is no other one, somebody has to say so").isFalse();
  }

  @Test
  void lost_eachTimeALittleFurtherOn_goesOn() {
    for (int step = 1; step <= 6; step++) {
      WorkerKey worker = lease("w" + step);
      keepAll(step, step);

      lose(worker);

      assertThat(story.isOpen()).isTrue();
      assertThat(story.shots().getFirst().chunks().getFirst().losses().count()).isEqualTo(1);
    }
  }

  @Test
  void release_ofAWorkerThatHasGivenItBack_countsForNobody() {
    WorkerKey worker = lease("a");

    happen(StoryRules.release(story, worker, checkpoints));

    assertThat(story.shots().getFirst().chunks())
        .allSatisfy(chunk -> assertThat(chunk.losses().count()).isZero());
  }

  @Test
  void lost_holdingNothing_changesNothing() {
    lease("a");

    assertThat(LossRules.lost(story, new WorkerKey("b", "boot"), checkpoints, POLICY, NOW))
        .isEmpty();
  }

  @Test
  void retry_afterTooManyLosses_beginsTheCountAnew() {
    for (String id : List.of("a", "b", "c")) {
      lose(lease(id));
    }

    happen(List.of(new StoryRetried(NOW)));
    happen(StoryRules.resume(story, checkpoints));
    lose(lease("d"));

    assertThat(story.isOpen()).isTrue();
  }
}
