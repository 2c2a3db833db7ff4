package dev.longtake.coordinator.story.moves;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.FarmInvariants;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Story;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One shot of four chunks and forty steps, each chunk with another worker at first. */
class ReliefTest {

  private static final int STEPS = 40;
  private static final WorkerKey A = worker("a");
  private static final WorkerKey B = worker("b");
  private static final WorkerKey C = worker("c");
  private static final WorkerKey D = worker("d");
  private static final WorkerKey E = worker("e");
  private static final WorkerKey F = worker("f");

  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private final StepCounts steps = new StepCounts();
  private final Relief relief = new Relief(Slowness.DEFAULT, steps, checkpoints);
  private Instant now = Instant.EPOCH;
  private StoryProgress story = leased(A, B, C, D);

  private static WorkerKey worker(String id) {
    return new WorkerKey(id, "1");
  }

  private static Story story() {
    Story plain = TestStories.story("rosie", 57);
    var forty =
        new SamplingOverrides(
            OptionalInt.of(STEPS), OptionalDouble.empty(), OptionalDouble.empty());
    return new Story(
        plain.name(),
        plain.world(),
        plain.size(),
        plain.frameRate(),
        plain.seed(),
        plain.shots(),
        plain.transitions(),
        new RenderSettings(forty, false));
  }

  private static StoryProgress leased(WorkerKey... workers) {
    StoryProgress planned =
        StoryProgress.of(new StorySubmitted("story-1", 1, story(), Instant.EPOCH));
    List<StoryEvent> events =
        new ArrayList<>(
            StoryRules.plan(planned, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    List<Grant> grants =
        IntStream.range(0, 4).mapToObj(i -> new Grant(i, workers[i * workers.length / 4])).toList();
    events.add(new StoryEvent.WorkLeased(0, Kind.CHUNK, grants));
    return applied(planned, events);
  }

  private static StoryProgress applied(StoryProgress story, List<StoryEvent> events) {
    StoryProgress next = story;
    for (StoryEvent event : events) {
      next = next.apply(event);
    }
    FarmInvariants.check(next);
    return next;
  }

  private List<WorkState> chunks() {
    return story.shots().getFirst().chunks();
  }

  /**
   * Each chunk says that it has come so far, and how long its step took its worker, if that says.
   */
  private void come(int step, Map<WorkerKey, Double> seconds) {
    for (int i = 0; i < chunks().size(); i++) {
      if (chunks().get(i) instanceof Leased leased) {
        Optional<Duration> time =
            Optional.ofNullable(seconds.get(leased.worker()))
                .map(it -> Duration.ofNanos((long) (it * 1e9)));
        var token = new LeaseToken("story-1", 0, Kind.CHUNK, i, leased.attempt());
        steps.note(token, step, false);
        relief.note(story, leased.worker(), token, new Report.Running(step, false, time));
      }
    }
  }

  private void keep(int step) {
    for (int i = 0; i < chunks().size(); i++) {
      int attempt = chunks().get(i).attempt();
      var token = new LeaseToken("story-1", 0, Kind.CHUNK, i, attempt);
      checkpoints.note(story, token, step, CheckpointNews.STORED);
    }
  }

  /** Up to a step whose checkpoint all have kept. */
  private void comeTo(int last, Map<WorkerKey, Double> seconds) {
    for (int step = 1; step <= last; step++) {
      come(step, seconds);
    }
    keep(last);
  }

  private Optional<Moved> due() {
    return relief.due(story, now);
  }

  private List<Integer> taken() {
    return due().stream()
        .flatMap(moved -> moved.released().stream())
        .flatMap(released -> released.indexes().stream())
        .toList();
  }

  private static Map<WorkerKey, Double> slow(WorkerKey... slow) {
    Map<WorkerKey, Double> seconds = new HashMap<>();
    List.of(A, B, C, D, E, F).forEach(worker -> seconds.put(worker, 14.0));
    List.of(slow).forEach(worker -> seconds.put(worker, 41.0));
    return seconds;
  }

  @Test
  void due_ofASlowWorkerWhileOneIsIdle_takesItsChunkBackToTheCheckpoint() {
    comeTo(4, slow(B));
    relief.offer(List.of(E), now);

    Moved moved = due().orElseThrow();

    assertThat(moved.why()).isEqualTo(Why.SLOW);
    assertThat(moved.worker()).isEqualTo(B);
    assertThat(moved.evidence())
        .isEqualTo("worker b is 2.9 times slower than others: 41 s a step against 14 s");
    assertThat(moved.released())
        .containsExactly(new WorkReleased(0, Kind.CHUNK, List.of(1), Optional.of(B)));
    story = applied(story, moved.events());
    assertThat(chunks().get(1))
        .isInstanceOfSatisfying(
            Waiting.class, waiting -> assertThat(waiting.resumeStep()).isEqualTo(4));
    assertThat(relief.slow()).containsExactly(B);
  }

  @Test
  void due_whileNobodyIsIdle_movesNothing() {
    comeTo(4, slow(B));
    assertThat(due()).isEmpty();

    relief.offer(List.of(E), now);
    now = now.plus(MoveWishes.LASTS);

    assertThat(due()).as("what was offered long ago").isEmpty();
  }

  @Test
  void due_onceForWhatWasOffered_isNotDueAgain() {
    comeTo(4, slow(B));
    relief.offer(List.of(E), now);

    assertThat(due()).isPresent();
    assertThat(due()).isEmpty();
  }

  @Test
  void due_beforeThreeStepsWereSaid_judgesNobody() {
    comeTo(2, slow(B));
    relief.offer(List.of(E), now);

    assertThat(due()).isEmpty();
  }

  @Test
  void due_betweenCheckpoints_waitsForTheNextOne() {
    comeTo(4, slow(B));
    come(5, slow(B));
    come(6, slow(B));
    relief.offer(List.of(E), now);
    assertThat(due()).isEmpty();

    keep(6);

    assertThat(taken()).containsExactly(1);
  }

  @Test
  void due_ofOneThatDoesNotSayHowLongItsStepsTake_judgesItNot() {
    Map<WorkerKey, Double> seconds = slow(B);
    seconds.remove(B);
    comeTo(4, seconds);
    relief.offer(List.of(E), now);

    assertThat(due()).isEmpty();
  }

  @Test
  void due_ofOneSlowStepAmongMany_movesNothing() {
    come(1, slow(B));
    for (int step = 2; step <= 4; step++) {
      come(step, slow());
    }
    keep(4);
    relief.offer(List.of(E), now);

    assertThat(due()).as("it had the prompt to encode").isEmpty();
  }

  /** A shot waits for the slowest, so one of two is of no use. */
  @Test
  void due_ofTwoThatAreSlow_takesBothOrNone() {
    comeTo(4, slow(B, C));
    relief.offer(List.of(E), now);
    assertThat(due()).isEmpty();

    relief.offer(List.of(E, F), now);

    assertThat(taken()).containsExactly(1, 2);
  }

  @Test
  void due_twoStepsBeforeTheEnd_isWorthIt() {
    comeTo(STEPS - 2, slow(B));
    relief.offer(List.of(E), now);

    assertThat(due()).as("2 steps of 41 s against 3 of 14 s and 10 s").isPresent();
  }

  @Test
  void due_oneStepBeforeTheEnd_isNotWorthIt() {
    Map<WorkerKey, Double> seconds = slow();
    seconds.put(B, 36.0);
    comeTo(STEPS - 1, seconds);
    relief.offer(List.of(E), now);

    assertThat(due()).as("a step of 36 s against 2 of 14 s and 10 s").isEmpty();
  }

  /** Its run goes as a whole: its slabs never left it. */
  @Test
  void due_ofASlowWorkerWithARun_takesTheRun() {
    story = leased(A, B);
    comeTo(4, slow(B));
    relief.offer(List.of(E), now);

    assertThat(taken()).containsExactly(2, 3);
  }

  @Test
  void due_whereTheIdleOneWasSlowItself_movesNothing() {
    comeTo(4, slow(B));
    relief.offer(List.of(E), now);
    story = applied(story, due().orElseThrow().events());
    lease(E);
    Map<WorkerKey, Double> seconds = slow(E);
    for (int step = 5; step <= 8; step++) {
      come(step, seconds);
    }
    keep(8);

    relief.offer(List.of(B), now);

    assertThat(due()).as("it was as slow").isEmpty();
    relief.offer(List.of(B, F), now);
    assertThat(taken()).containsExactly(1);
  }

  private void lease(WorkerKey worker) {
    List<Grant> grants =
        story.shots().getFirst().leasable(Kind.CHUNK).stream()
            .map(index -> new Grant(index, worker))
            .toList();
    story = applied(story, StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
  }

  /** Of two equal ones one would take the half, and the other would be waited for. */
  @Test
  void due_ofAWishToSpread_waitsWhereThoseThatAreIdleWereSlow() {
    comeTo(4, slow(B));
    relief.offer(List.of(E), now);
    story = applied(story, due().orElseThrow().events());
    lease(A); // It holds two of the shot now.
    comeTo(8, slow());

    relief.offer(List.of(B), now);
    relief.wish(A, Why.SPREAD, now);
    assertThat(due()).isEmpty();

    relief.offer(List.of(B, E), now);
    assertThat(due()).map(Moved::why).contains(Why.SPREAD);
  }

  static List<Double> garbage() {
    return List.of(0.0, 1e-9, 86_401.0, 1e9);
  }

  /** What no step takes says nothing; a worker that says it is as fast as light stays. */
  @ParameterizedTest
  @MethodSource("garbage")
  void due_ofFiguresThatCannotBe_movesNothingOfOthers(double seconds) {
    Map<WorkerKey, Double> said = slow();
    said.put(B, seconds);
    comeTo(4, said);
    relief.offer(List.of(E), now);

    assertThat(due()).isEmpty();
  }

  @Test
  void sentence_ofASlowWorker_saysSoAndWhatBecameOfIt() {
    assertThat(relief.sentence(story)).isEmpty();
    comeTo(4, slow(B));
    String id = story.shots().getFirst().plan().shot().id();

    assertThat(relief.sentence(story))
        .isEqualTo(
            "shot %s: worker b is 2.9 times slower than others: 41 s a step against 14 s"
                .formatted(id));

    relief.offer(List.of(E), now);
    story = applied(story, due().orElseThrow().events());
    assertThat(relief.sentence(story))
        .isEqualTo(
            "of shot %s chunks have left their workers: worker b is 2.9 times slower than others: 41 s a step against 14 s"
                .formatted(id));
  }

  /**
   * Renders the shot in step, with whoever is idle offered all the time, and given what is taken
   * back as dispatch gives it.
   *
   * @param change how often a worker gets another speed, in a hundred steps; 0 for never
   * @return how often each worker had to give something up
   */
  private Map<WorkerKey, Integer> render(long seed, int change) {
    Random random = new Random(seed);
    List<WorkerKey> workers = List.of(A, B, C, D, E, F);
    Map<WorkerKey, Double> speed = new HashMap<>();
    workers.forEach(worker -> speed.put(worker, speed(random)));
    Map<WorkerKey, Integer> timesLeft = new TreeMap<>();
    while (stepsDone() < STEPS - 1) {
      if (random.nextInt(100) < change) {
        speed.put(workers.get(random.nextInt(workers.size())), speed(random));
      }
      int step = stepsDone() + 1;
      come(step, speed);
      if (step % 3 == 0) {
        keep(step);
      }
      List<WorkerKey> idle = idle(workers);
      relief.offer(idle, now);
      due()
          .ifPresent(
              moved -> {
                moved.released().stream()
                    .flatMap(released -> released.avoid().stream())
                    .forEach(worker -> timesLeft.merge(worker, 1, Integer::sum));
                story = applied(story, moved.events());
                deal(idle);
              });
    }
    return timesLeft;
  }

  private static double speed(Random random) {
    return new double[] {1, 10, 12, 14, 40, 200}[random.nextInt(6)];
  }

  private int stepsDone() {
    return IntStream.range(0, 4)
        .map(index -> steps.stepsDone(story.shots().getFirst(), index))
        .min()
        .orElseThrow();
  }

  private List<WorkerKey> idle(List<WorkerKey> workers) {
    Set<WorkerKey> busy = story.workers();
    return workers.stream().filter(worker -> !busy.contains(worker)).toList();
  }

  private void deal(List<WorkerKey> idle) {
    List<WorkerKey> takers = idle.stream().filter(it -> !relief.slow().contains(it)).toList();
    List<Integer> waiting = story.shots().getFirst().leasable(Kind.CHUNK);
    int count = Math.min(takers.size(), waiting.size());
    List<Grant> grants =
        IntStream.range(0, waiting.size())
            .mapToObj(i -> new Grant(waiting.get(i), takers.get(i * count / waiting.size())))
            .toList();
    story = applied(story, StoryRules.lease(story, 0, Kind.CHUNK, grants).events());
  }

  /** However fast which is, as long as that stays so: nobody gives up chunks of a shot twice. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void due_offeredAllTheTime_takesChunksFromEachWorkerOnceAtMost(long seed) {
    assertThat(render(seed, 0).values()).as("seed %d", seed).allMatch(times -> times == 1);
  }

  /** Whatever changes: it comes to an end. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void due_ofWorkersWhoseSpeedChanges_movesNoChunkMoreOftenThanItIsKept(long seed) {
    render(seed, 20);

    assertThat(chunks()).as("seed %d", seed).allMatch(chunk -> chunk.attempt() <= 1 + STEPS / 3);
  }
}
