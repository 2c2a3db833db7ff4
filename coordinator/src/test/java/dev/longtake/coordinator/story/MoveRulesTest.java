package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One shot of four chunks with twelve steps: 0 and 1 are with A, 2 and 3 with B. */
class MoveRulesTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final WorkerKey A = new WorkerKey("a", "1");
  private static final WorkerKey B = new WorkerKey("b", "1");
  private static final WorkerKey C = new WorkerKey("c", "1");
  private static final int STEPS = 12;

  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private final StepCounts steps = new StepCounts();
  private StoryProgress story;

  @BeforeEach
  void leaseHalves() {
    story = StoryProgress.of(new StorySubmitted("story-1", 1, CheckpointStepsTest.story(57), NOW));
    happen(StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    lease(new Grant(0, A), new Grant(1, A), new Grant(2, B), new Grant(3, B));
  }

  private void happen(List<StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    FarmInvariants.check(story);
  }

  private void lease(Grant... grants) {
    var decision = StoryRules.lease(story, 0, Kind.CHUNK, List.of(grants));
    assertThat(decision.outcome()).isTrue();
    happen(decision.events());
  }

  private LeaseToken token(int chunk) {
    int attempt = story.shots().getFirst().chunks().get(chunk).attempt();
    return new LeaseToken("story-1", 0, Kind.CHUNK, chunk, attempt);
  }

  private void come(int chunk, int step) {
    steps.note(token(chunk), step, false);
  }

  private void keep(int chunk, int step) {
    come(chunk, step);
    checkpoints.note(story, token(chunk), step, CheckpointNews.STORED);
  }

  private List<StoryEvent> move(WorkerKey worker, Why why) {
    return MoveRules.move(story, worker, why, steps, checkpoints);
  }

  @Test
  void move_atACheckpointOfAllThatAreTied_takesThemBackThere() {
    keep(0, 2);
    keep(1, 2);
    come(0, 3);

    happen(move(A, Why.SPREAD));

    List<WorkState> chunks = story.shots().getFirst().chunks();
    assertThat(chunks.subList(0, 2))
        .allSatisfy(
            chunk ->
                assertThat(chunk)
                    .isInstanceOfSatisfying(
                        WorkState.Waiting.class,
                        waiting -> assertThat(waiting.resumeStep()).isEqualTo(2)));
    assertThat(chunks.subList(2, 4)).allMatch(WorkState.Leased.class::isInstance);
  }

  @Test
  void move_betweenCheckpoints_waits() {
    keep(0, 2);
    assertThat(move(A, Why.DRAINS)).as("the other has kept nothing").isEmpty();
    keep(1, 2);
    come(1, 4);

    assertThat(move(A, Why.DRAINS)).as("two steps would be done again").isEmpty();
  }

  @Test
  void move_ofWhatIsNearlyDone_isNotWorthIt() {
    keep(0, 10);
    keep(1, 10);

    assertThat(move(A, Why.SPREAD)).isEmpty();
    assertThat(move(A, Why.DRAINS)).isNotEmpty();
  }

  @Test
  void move_ofOneChunkAlone_isForADrainingWorkerOnly() {
    happen(StoryRules.release(story, A, checkpoints));
    lease(new Grant(0, A), new Grant(1, C));
    keep(0, 2);

    assertThat(move(A, Why.SPREAD)).isEmpty();
    assertThat(move(A, Why.DRAINS)).isNotEmpty();
  }

  @Test
  void move_ofAStoryThatHasEnded_isNothing() {
    keep(0, 2);
    keep(1, 2);
    happen(
        StoryRules.cancel(story, NOW).outcome()
            ? StoryRules.cancel(story, NOW).events()
            : List.of());

    assertThat(move(A, Why.DRAINS)).isEmpty();
  }

  /**
   * Whatever comes when: no chunk moves more often than it has steps, and each move is paid for.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void move_wishedAllTheTime_comesToAnEnd(long seed) {
    Random random = new Random(seed);
    List<WorkerKey> workers = List.of(A, B, C);
    int[] moves = new int[4];
    for (int turn = 0; turn < 5_000; turn++) {
      int chunk = random.nextInt(4);
      WorkState state = story.shots().getFirst().chunks().get(chunk);
      switch (state) {
        case WorkState.Leased leased -> {
          int now = leased.resumeStep() + random.nextInt(STEPS - leased.resumeStep());
          if (random.nextBoolean()) {
            keep(chunk, now);
          } else {
            come(chunk, now);
          }
        }
        case WorkState.Waiting _, WorkState.Done _ -> {}
      }
      WorkerKey from = workers.get(random.nextInt(3));
      StoryProgress before = story;
      happen(move(from, random.nextBoolean() ? Why.DRAINS : Why.SPREAD));
      for (int i = 0; i < 4; i++) {
        if (before.shots().getFirst().chunks().get(i) instanceof WorkState.Leased held
            && story.shots().getFirst().chunks().get(i) instanceof WorkState.Waiting waits) {
          assertThat(waits.resumeStep()).isGreaterThan(held.resumeStep());
          moves[i]++;
        }
      }
      leaseWhatWaits(workers.get(random.nextInt(3)));
    }

    assertThat(Arrays.stream(moves).max().orElseThrow()).as("seed %d", seed).isBetween(1, STEPS);
  }

  private void leaseWhatWaits(WorkerKey worker) {
    List<Grant> grants = new ArrayList<>();
    for (int index : story.shots().getFirst().leasable(Kind.CHUNK)) {
      grants.add(new Grant(index, worker));
    }
    happen(StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
  }
}
