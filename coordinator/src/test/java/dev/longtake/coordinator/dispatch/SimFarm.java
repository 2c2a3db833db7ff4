package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Solver;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A whole farm on one thread, in virtual time, from one seed: coordinators, workers, what they say
 * to each other, and what becomes of them. Rules, dispatch and what is told of stories are the
 * farm's own; the network, the journal, the store and the engine are models of theirs.
 */
final class SimFarm {

  private static final long MEMBERSHIP_LAG = 3_000;
  private static final long LEADER_LAG = 1_000;
  private static final long TIME_MAX = 30 * 60_000;
  private static final int STEPS = 6;

  private record Way(SimProcess from, SimProcess to) {}

  private final Random random;
  private final SimRules rules;
  private final SimClock clock = new SimClock();
  private final SimStore store = new SimStore();
  private final SimChecker checker = new SimChecker();
  private final SimJournal journal = new SimJournal(this);
  private final SimFaults faults;
  private final ModelCard model;
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimNode> members = new ArrayList<>();
  private final List<SimWorker> workers = new ArrayList<>();
  private final Map<Way, Long> lastSent = new HashMap<>();
  private final CheckpointPolicy checkpointPolicy;
  private final Slowness slowness;
  private final int storyCount;
  private SimDispatch dispatch;
  private int boots;

  SimFarm(long seed, SimRules rules, boolean isQuiet) {
    this.random = new Random(seed);
    this.rules = rules;
    this.slowness = new Slowness(250, Duration.ofMillis(100));
    this.model = model(STEPS);
    this.faults = new SimFaults(this, seed, isQuiet);
    this.checkpointPolicy = CheckpointPolicy.every(between(0, 3));
    int nodeCount = between(1, 3);
    for (int i = 0; i < nodeCount; i++) {
      addNode();
    }
    dispatch = new SimDispatch(this, members.getFirst());
    int workerCount = between(1, 4);
    for (int i = 0; i < workerCount; i++) {
      addWorker("worker-" + i);
    }
    storyCount = between(1, 3);
    for (int i = 0; i < storyCount; i++) {
      submit(i, between(0, 5_000));
    }
    faults.plan();
  }

  /**
   * A farm in which nothing goes wrong: one coordinator, and one story of one shot that is long
   * enough for four workers, which each keep every second step.
   *
   * @param slowness from when on workers are slow
   */
  SimFarm(long seed, Slowness slowness, int steps) {
    this.random = new Random(seed);
    this.rules = SimRules.SOUND;
    this.slowness = slowness;
    this.model = model(steps);
    this.faults = new SimFaults(this, seed, true);
    this.checkpointPolicy = CheckpointPolicy.every(2);
    addNode();
    dispatch = new SimDispatch(this, members.getFirst());
    storyCount = 1;
    submit(storyId(0), 0, 1_000, 57);
  }

  private static ModelCard model(int steps) {
    return TestModel.named("sim")
        .geometry(new LatentGeometry(2, 8, 4, 1, 1))
        .size(TestStories.SIZE)
        .sampling(new Sampling(steps, 1.0, 3.0, Solver.EULER, 0))
        .conditioning(new ModelCard.Conditioning(32, 3, ""))
        .chunks(new ChunkPolicy(6, 2))
        .card();
  }

  /** A worker comes after some time, and takes so many times as long as others. */
  void comes(String id, long at, int times) {
    clock.after(
        at,
        () -> {
          addWorker(id);
          workers.getLast().slow(times);
        });
  }

  /** Runs it until all stories have ended; what it must not do it throws. */
  void run() {
    while (!isOver()) {
      if (clock.now() > TIME_MAX || !clock.advance()) {
        throw new SimViolation("after half an hour these have not ended: " + journal.open());
      }
    }
  }

  private boolean isOver() {
    for (int i = 0; i < storyCount; i++) {
      if (journal.size(storyId(i)) == 0) {
        return false;
      }
    }
    return journal.open().isEmpty();
  }

  private void submit(int index, long at) {
    int[] frames = new int[between(1, 2)];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = between(20, 80);
    }
    submit(storyId(index), index, at, frames);
  }

  private void submit(String id, int index, long at, int... frames) {
    var submitted = new StorySubmitted(id, index, TestStories.story(id, frames), Instant.EPOCH);
    clock.after(
        at,
        () -> {
          journal.append(id, 0, List.of(submitted));
          home(id).deliver(() -> home(id).story(id).restate());
        });
  }

  // What happens to processes.

  private void addNode() {
    SimNode node = new SimNode(this, "node-" + boots++);
    nodes.add(node);
    members.add(node);
    moveStories();
  }

  private void addWorker(String id) {
    workers.add(new SimWorker(this, new WorkerKey(id, "boot-" + boots++)));
  }

  void killWorker() {
    List<SimWorker> alive = workers.stream().filter(worker -> !worker.hasEnded()).toList();
    SimWorker victim = alive.get(between(0, alive.size() - 1));
    victim.end();
    clock.after(between(100, 10_000), () -> addWorker(victim.key().workerId()));
    if (alive.size() == 1) {
      addWorker("spare");
    }
  }

  /** Somebody drains a worker, and releases it. */
  void drainWorker(int which, long millis) {
    SimWorker drained = workers.get(which % workers.size());
    drained.drain(true);
    clock.after(millis, () -> drained.drain(false));
  }

  /** A worker takes so many times as long for a while. */
  void slowWorker(int which, int times, long millis) {
    SimWorker slow = workers.get(which % workers.size());
    slow.slow(times);
    clock.after(millis, () -> slow.slow(1));
  }

  void freezeWorker(long millis) {
    SimWorker victim = workers.get(between(0, workers.size() - 1));
    victim.freeze();
    clock.after(millis, victim::wake);
  }

  void killNode() {
    if (nodes.isEmpty()) {
      return; // All are gone for the moment.
    }
    SimNode victim = nodes.get(between(0, nodes.size() - 1));
    if (hasOthers(victim)) {
      kill(victim);
    }
  }

  /** Ends a coordinator; the others notice, and it comes back as another one. */
  void kill(SimNode victim) {
    if (victim.hasEnded()) {
      return;
    }
    victim.end();
    nodes.remove(victim);
    clock.after(MEMBERSHIP_LAG, () -> lose(victim));
    clock.after(between(1_000, 10_000), this::addNode);
  }

  void freezeNode(long millis) {
    if (nodes.isEmpty()) {
      return;
    }
    SimNode victim = nodes.get(between(0, nodes.size() - 1));
    if (!hasOthers(victim)) {
      return;
    }
    victim.freeze();
    if (millis < MEMBERSHIP_LAG) {
      clock.after(millis, victim::wake);
      return;
    }
    clock.after(MEMBERSHIP_LAG, () -> lose(victim));
    clock.after(millis, victim::wake);
    // It goes on for a moment before it learns that the others have given it up.
    clock.after(
        millis + between(0, 2_000),
        () -> {
          if (!members.contains(victim)) {
            kill(victim);
          }
        });
  }

  /** Whether another coordinator runs, so that this one may be lost. */
  boolean hasOthers(SimNode node) {
    return nodes.stream()
        .anyMatch(other -> !other.equals(node) && other.isRunning() && members.contains(other));
  }

  private void lose(SimNode node) {
    if (!members.contains(node)) {
      return;
    }
    if (members.size() == 1) {
      if (!node.isRunning()) {
        clock.after(MEMBERSHIP_LAG, () -> lose(node)); // Nobody is there who could notice.
      }
      return;
    }
    members.remove(node);
    moveStories();
    if (!members.contains(dispatch.node())) {
      clock.after(between(1, (int) LEADER_LAG), this::lead);
    }
  }

  /**
   * Actors stop where they are not at home any more; one that stood still does so when it wakes.
   */
  private void moveStories() {
    for (SimNode member : List.copyOf(members)) {
      List<String> others =
          IntStream.range(0, storyCount)
              .mapToObj(SimFarm::storyId)
              .filter(id -> !home(id).equals(member))
              .toList();
      member.after(1, () -> member.leave(others));
    }
  }

  private static String storyId(int index) {
    return "story-" + index;
  }

  private void lead() {
    if (!members.contains(dispatch.node())) {
      SimNode leader = members.getFirst();
      leader.deliver(
          () -> {
            if (members.contains(leader) && !members.contains(dispatch.node())) {
              dispatch = new SimDispatch(this, leader);
            }
          });
    }
  }

  // How they reach each other.

  /** Sends something, which comes late or not at all at times, but never before what was sent. */
  void send(SimProcess from, SimProcess to, Runnable what) {
    if (from.equals(to)) {
      to.after(1, what);
      return;
    }
    // A worker's stream loses nothing; it breaks, see SimWorker.
    boolean areNodes = from instanceof SimNode && to instanceof SimNode;
    if (areNodes && (faults.isLost() || isQuarantined(from, to))) {
      return;
    }
    long at = clock.now() + between(1, faults.isLate() ? 3_000 : 15);
    long inOrder = Math.max(at, lastSent.getOrDefault(new Way(from, to), 0L));
    lastSent.put(new Way(from, to), inOrder);
    to.after(inOrder - clock.now(), what);
  }

  private boolean isQuarantined(SimProcess from, SimProcess to) {
    return !(members.contains(from) && members.contains(to));
  }

  /** Says something to a story, wherever it is; of a member that is not one any more, nothing. */
  void tellStory(SimNode from, String storyId, Consumer<SimStory> what) {
    if (!members.contains(from)) {
      from.after(1, () -> what.accept(from.story(storyId)));
      return;
    }
    SimNode to = home(storyId);
    send(
        from,
        to,
        () -> {
          if (home(storyId).equals(to) || !members.contains(to)) {
            what.accept(to.story(storyId));
          } else {
            tellStory(to, storyId, what); // It has moved meanwhile.
          }
        });
  }

  void tellDispatch(SimNode from, Consumer<SimDispatch> what) {
    SimDispatch to = dispatch;
    send(from, to.node(), () -> what.accept(to));
  }

  /** Where a story's actor is. */
  SimNode home(String storyId) {
    return members.get(Math.floorMod(storyId.hashCode(), members.size()));
  }

  boolean isMember(String name) {
    return memberNames().contains(name);
  }

  List<String> memberNames() {
    return members.stream().map(SimNode::name).toList();
  }

  SimNode anyNode() {
    return nodes.isEmpty() ? members.getFirst() : nodes.get(between(0, nodes.size() - 1));
  }

  // What all share.

  /** Both included. */
  int between(int first, int last) {
    return first + random.nextInt(last - first + 1);
  }

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  SimClock clock() {
    return clock;
  }

  SimRules rules() {
    return rules;
  }

  SimStore store() {
    return store;
  }

  SimChecker checker() {
    return checker;
  }

  SimJournal journal() {
    return journal;
  }

  SimFaults faults() {
    return faults;
  }

  ModelCard model() {
    return model;
  }

  Slowness slowness() {
    return slowness;
  }

  CheckpointPolicy checkpointPolicy() {
    return checkpointPolicy;
  }
}
