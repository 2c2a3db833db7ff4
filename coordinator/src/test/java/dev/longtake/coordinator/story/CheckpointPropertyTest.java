package dev.longtake.coordinator.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.Assignment;
import dev.longtake.coordinator.dispatch.DispatchPolicy;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.story.CheckpointSteps.Passed;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A farm from one seed that only exchanges: workers die, checkpoints are lost on the way, come late
 * or are damaged, the store drops what it is told to drop, whenever it gets to it. Every process
 * dies and the archive alone is left; or the coordinator alone, and the next one finds the store as
 * it was, while drops of the last one still come. Whatever happens: a chunk that is sent back to a
 * checkpoint finds it, and nobody waits for ever for a slab that is gone.
 */
class CheckpointPropertyTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final int STEPS = 12;
  private static final int MOVES = 1500;
  private static final String STORY = "story-1";

  /** A checkpoint on its way from a worker to the store. */
  private record Sent(LeaseToken chunk, int step) {}

  private SplittableRandom random;
  private StoryProgress story;
  private CheckpointSteps checkpoints;
  private CheckpointPlan plan;
  private int boots;
  private final List<Seat> seats = new ArrayList<>();
  private final Map<LeaseToken, Integer> stepsDone = new HashMap<>();
  private final Map<WorkerKey, Set<SlabKey>> byHand = new HashMap<>();
  private final Set<SlabKey> slabs = new HashSet<>();
  private final Set<CheckpointKey> states = new HashSet<>();
  private final Set<CheckpointKey> archive = new HashSet<>();
  private final List<Passed> ofTheLast = new ArrayList<>();
  private int stepsSaved;
  private final List<Sent> onTheirWay = new ArrayList<>();
  private final List<Passed> toDrop = new ArrayList<>();

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void anySequence_losesNoSlabThatIsNeeded(long seed) {
    begin(seed);

    for (int i = 0; i < MOVES && !shot().isToBeJoined(); i++) {
      move();
    }
    finish();

    assertThat(shot().isToBeJoined()).as("nobody waits for ever").isTrue();
    forgetPassed();
    while (!toDrop.isEmpty()) {
      drop();
    }
    assertThat(slabs).as("what nobody needs is dropped").isEmpty();
    assertThat(archive).as("what nobody needs is dropped").isEmpty();
  }

  /** That the property says something: over all seeds, work was saved from the archive. */
  @Test
  void everySequence_together_savesStepsFromTheArchive() {
    int saved = 0;
    for (long seed = 1; seed <= 50; seed++) {
      var farm = new CheckpointPropertyTest();
      farm.anySequence_losesNoSlabThatIsNeeded(seed);
      saved += farm.stepsSaved;
    }

    assertThat(saved).isGreaterThan(50);
  }

  private void begin(long seed) {
    random = new SplittableRandom(seed);
    story = StoryProgress.of(new StorySubmitted(STORY, 1, CheckpointStepsTest.story(90), NOW));
    checkpoints = new CheckpointSteps();
    plan = new CheckpointPlan(0, CheckpointPolicy.every(random.nextInt(1, 5)));
    arrive();
    happen(StoryRules.plan(story, TestStories.MODEL, TestStories.ENGINE_CLASS, List.of()));
    assertThat(shot().chunks()).hasSizeGreaterThan(4);
  }

  private ShotProgress shot() {
    return story.shots().getFirst();
  }

  private void happen(List<StoryEvent> events) {
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    FarmInvariants.check(story);
    forgetPassed();
  }

  /** As the actor does: nothing further is to be dropped before the last is. */
  private void forgetPassed() {
    if (toDrop.isEmpty()) {
      toDrop.addAll(checkpoints.passed(shot()));
    }
  }

  private void move() {
    switch (random.nextInt(40)) {
      case 0, 1 -> arrive();
      case 2 -> leave();
      case 3 -> damage();
      case 4 -> {
        if (random.nextInt(5) == 0) {
          if (random.nextBoolean()) {
            loseAll();
          } else {
            moveOn();
          }
        }
      }
      case 5, 6, 7 -> dispatch();
      case 8, 9, 10, 11 -> receive();
      case 12, 13 -> drop();
      default -> step();
    }
  }

  private void arrive() {
    if (seats.size() < 4) {
      boots++;
      seats.add(
          Seat.ofAll(
              new WorkerKey("w" + boots, "1"),
              TestStories.ENGINE_CLASS,
              TestStories.MODEL,
              false,
              1));
    }
  }

  private void leave() {
    if (!seats.isEmpty()) {
      Seat gone = seats.remove(random.nextInt(seats.size()));
      byHand.remove(gone.key());
      happen(StoryRules.release(story, gone.key(), checkpoints));
    }
  }

  /** A resumed chunk cannot use what it finds. */
  private void damage() {
    for (int i = 0; i < shot().chunks().size(); i++) {
      if (shot().chunks().get(i) instanceof Leased lease
          && lease.resumeStep() > 0
          && toDrop.isEmpty()
          && ofTheLast.isEmpty()
          && random.nextInt(4) == 0) {
        var unusable = new Report.Failed(ErrorCode.CHECKPOINT_UNUSABLE, "damaged");
        slabs.clear();
        states.clear();
        archive.clear();
        checkpoints.forget(0);
        happen(
            ReportRules.report(
                    story, lease.worker(), new Report(token(i, lease), unusable), checkpoints, NOW)
                .events());
        return;
      }
    }
  }

  /** Every process is lost: what is left is the journal and the archive. */
  private void loseAll() {
    slabs.clear();
    states.clear();
    byHand.clear();
    seats.clear();
    onTheirWay.clear();
    toDrop.clear();
    ofTheLast.clear();
    goOn();
  }

  /** Another coordinator takes over; what this one was about to drop may still be dropped. */
  private void moveOn() {
    ofTheLast.addAll(toDrop);
    toDrop.clear();
    goOn();
  }

  private void goOn() {
    checkpoints = new CheckpointSteps();
    checkpoints.found(archive);
    happen(StoryRules.resume(story, checkpoints));
    for (WorkState chunk : shot().chunks()) {
      stepsSaved += chunk instanceof WorkState.Waiting waiting ? waiting.resumeStep() : 0;
    }
  }

  private List<StoryDemand> demands() {
    return story.isOpen()
        ? List.of(
            StoryDemand.of(
                story, story.eventCount(), CheckpointPolicy.within(Duration.ofSeconds(20))))
        : List.of();
  }

  private void dispatch() {
    for (Assignment assignment : DispatchPolicy.assign(seats, demands(), List.of())) {
      if (assignment instanceof Assignment.Lease lease && lease.kind() == Kind.CHUNK) {
        happen(StoryRules.lease(story, 0, Kind.CHUNK, lease.grants()).events());
        lease.grants().forEach(grant -> beginChunk(grant.index()));
      }
    }
  }

  private void beginChunk(int index) {
    Leased lease = (Leased) shot().chunks().get(index);
    if (lease.resumeStep() > 0) {
      var key = new CheckpointKey(STORY, 0, index, lease.resumeStep());
      assertThat(states.contains(key) || archive.contains(key))
          .as("the checkpoint that chunk %d goes on from, %s", index, key)
          .isTrue();
    }
    stepsDone.put(token(index, lease), lease.resumeStep());
    // What an earlier attempt left in a worker's memory must not be counted on.
    byHand.values().forEach(held -> held.removeIf(key -> isOf(key, index)));
  }

  private static boolean isOf(SlabKey key, int chunk) {
    return switch (key.side()) {
      case LEFT -> key.boundaryIndex() == chunk;
      case RIGHT -> key.boundaryIndex() == chunk - 1;
    };
  }

  private static LeaseToken token(int index, Leased lease) {
    return new LeaseToken(STORY, 0, Kind.CHUNK, index, lease.attempt());
  }

  /** One chunk publishes, and takes its step if its neighbours' slabs are there. */
  private void step() {
    step(random.nextInt(shot().chunks().size()));
  }

  private void step(int index) {
    if (!(shot().chunks().get(index) instanceof Leased lease)) {
      return;
    }
    int step = stepsDone.getOrDefault(token(index, lease), 0);
    publish(index, lease, step);
    if (!hasReceived(index, lease, step)) {
      return;
    }
    stepsDone.put(token(index, lease), step + 1);
    if (new CheckpointPlan(lease.resumeStep(), plan.policy())
        .isDue(step + 1, STEPS, Duration.ZERO)) {
      onTheirWay.add(new Sent(token(index, lease), step + 1));
    }
    if (step + 1 == STEPS) {
      var done = new Report.Done(Digest.ofText("chunk " + index), 1, Duration.ZERO);
      happen(
          ReportRules.report(
                  story, lease.worker(), new Report(token(index, lease), done), checkpoints, NOW)
              .events());
    }
  }

  private void publish(int index, Leased lease, int step) {
    if (index > 0) {
      place(lease, index - 1).add(new SlabKey(STORY, 0, index - 1, Side.RIGHT, step));
    }
    if (index < shot().remote().size()) {
      place(lease, index).add(new SlabKey(STORY, 0, index, Side.LEFT, step));
    }
  }

  /** Where a slab goes: it leaves the worker only if the boundary is remote. */
  private Set<SlabKey> place(Leased lease, int boundary) {
    return shot().remote().get(boundary)
        ? slabs
        : byHand.computeIfAbsent(lease.worker(), worker -> new HashSet<>());
  }

  private boolean hasReceived(int index, Leased lease, int step) {
    return (index == 0 || has(lease, new SlabKey(STORY, 0, index - 1, Side.LEFT, step)))
        && (index == shot().remote().size()
            || has(lease, new SlabKey(STORY, 0, index, Side.RIGHT, step)));
  }

  private boolean has(Leased lease, SlabKey key) {
    return slabs.contains(key) || byHand.getOrDefault(lease.worker(), Set.of()).contains(key);
  }

  /** A checkpoint comes to the store, or is lost on the way. */
  private void receive() {
    if (onTheirWay.isEmpty()) {
      return;
    }
    Sent sent = onTheirWay.remove(random.nextInt(onTheirWay.size()));
    if (random.nextInt(5) > 0 && isCurrent(sent.chunk())) {
      var key = new CheckpointKey(STORY, 0, sent.chunk().index(), sent.step());
      boolean isArchived = random.nextInt(4) > 0;
      if (!isArchived || random.nextInt(4) > 0) {
        states.add(key); // Else it has been given up for others at once.
      }
      checkpoints.note(story, sent.chunk(), sent.step(), CheckpointNews.STORED);
      forgetPassed();
      if (isArchived) {
        archive.add(key);
      }
      checkpoints.note(
          story,
          sent.chunk(),
          sent.step(),
          isArchived ? CheckpointNews.ARCHIVED : CheckpointNews.NOT_ARCHIVED);
      forgetPassed();
    }
  }

  private boolean isCurrent(LeaseToken chunk) {
    return shot().chunks().get(chunk.index()).attempt() == chunk.attempt();
  }

  private void drop() {
    if (!ofTheLast.isEmpty() && random.nextBoolean()) {
      drop(List.of(ofTheLast.removeFirst()));
    }
    drop(toDrop);
    toDrop.clear();
    forgetPassed();
  }

  private void drop(List<Passed> all) {
    for (Passed passed : all) {
      switch (passed) {
        case Passed.Archived(int chunk, var steps) ->
            steps.forEach(step -> archive.remove(new CheckpointKey(STORY, 0, chunk, step)));
        case Passed.Checkpoints(int chunk, int first, int end) ->
            states.removeIf(
                key ->
                    key.chunkIndex() == chunk && key.stepIndex() >= first && key.stepIndex() < end);
        case Passed.Slabs(int boundary, int first, int end) ->
            slabs.removeIf(
                key ->
                    key.boundaryIndex() == boundary
                        && key.stepIndex() >= first
                        && key.stepIndex() < end);
      }
    }
  }

  /** From here on nothing goes wrong any more: then everything has to come to its end. */
  private void finish() {
    if (seats.isEmpty()) {
      arrive();
    }
    for (int round = 0; round < 100 && !shot().isToBeJoined(); round++) {
      dispatch();
      receive();
      drop();
      for (int i = 0; i < shot().chunks().size(); i++) {
        step(i);
      }
    }
  }
}
