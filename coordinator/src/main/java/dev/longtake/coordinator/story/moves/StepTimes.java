package dev.longtake.coordinator.story.moves;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report.Running;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * How long workers say that steps of a story's chunks take them by themselves. Not journaled:
 * workers say it with each step. Not safe for several threads.
 *
 * <p>A worker's figure is the median of its newest steps, the lower of two: one slow step, as the
 * first of a lease with its prompt to encode, does not make it slow. What others would take is the
 * median of their figures, the upper of two: where as many are slow as fast nobody is called slow.
 * Whoever was slow stays known to be so until it says otherwise.
 */
final class StepTimes {

  private static final int STEPS_KEPT = 5;
  private static final int REPORTS_MIN = 2;
  private static final int STEPS_MIN = 3;

  /** What takes longer is nobody's step. */
  private static final Duration STEP_MAX = Duration.ofDays(1);

  private record ChunkAt(int shotIndex, int chunkIndex) {}

  private static final class Lease {
    private final int attempt;
    private final Deque<Double> seconds = new ArrayDeque<>();
    private int stepsDone;

    private Lease(int attempt) {
      this.attempt = attempt;
    }
  }

  /** What a worker's steps took it last. */
  private record Figure(StepLoad load, double seconds) {

    private OptionalDouble atMost(StepLoad other) {
      OptionalDouble times = other.timesAtMost(load);
      return times.isPresent() ? OptionalDouble.of(seconds * times.getAsDouble()) : times;
    }
  }

  private final Map<ChunkAt, Lease> leases = new HashMap<>();
  private final Map<WorkerKey, Figure> workers = new TreeMap<>();
  private final Set<WorkerKey> slow = new TreeSet<>();
  private final Slowness slowness;

  StepTimes(Slowness slowness) {
    this.slowness = slowness;
  }

  /** Takes what the holder of a current lease says; what cannot be is as if it said nothing. */
  void note(StoryProgress story, WorkerKey worker, LeaseToken token, Running doing) {
    Optional<Duration> time = doing.stepTime().filter(StepTimes::canBe);
    if (token.kind() != Kind.CHUNK || time.isEmpty()) {
      return;
    }
    ShotProgress shot = story.shots().get(token.shotIndex());
    Lease lease =
        leases.compute(
            new ChunkAt(token.shotIndex(), token.index()),
            (at, before) ->
                before == null || before.attempt != token.attempt()
                    ? new Lease(token.attempt())
                    : before);
    if (doing.stepsDone() <= lease.stepsDone) {
      return; // The same step again.
    }
    lease.stepsDone = doing.stepsDone();
    lease.seconds.add(time.get().toNanos() / 1e9);
    if (lease.seconds.size() > STEPS_KEPT) {
      lease.seconds.remove();
    }
    seconds(shot, token.index())
        .ifPresent(it -> judge(worker, new Figure(StepLoad.of(shot, token.index()), it)));
  }

  private void judge(WorkerKey worker, Figure own) {
    workers.put(worker, own);
    OptionalDouble others = others(own.load(), worker);
    if (others.isPresent() && slowness.isSlow(own.seconds(), others.getAsDouble())) {
      slow.add(worker);
    } else {
      slow.remove(worker);
    }
  }

  private static boolean canBe(Duration time) {
    return time.isPositive() && time.compareTo(STEP_MAX) <= 0;
  }

  /** What a step takes the holder of a chunk; empty if it has not said so often enough. */
  OptionalDouble seconds(ShotProgress shot, int chunkIndex) {
    Lease lease = leases.get(new ChunkAt(shot.plan().shotIndex(), chunkIndex));
    if (lease == null || lease.seconds.size() < REPORTS_MIN) {
      return OptionalDouble.empty();
    }
    boolean isCurrent =
        shot.chunks().get(chunkIndex) instanceof Leased leased
            && leased.attempt() == lease.attempt
            && lease.stepsDone - leased.resumeStep() >= STEPS_MIN;
    return isCurrent ? lower(lease.seconds.stream().mapToDouble(it -> it)) : OptionalDouble.empty();
  }

  /** What a step of a chunk would take others than this worker; empty if that is not known. */
  OptionalDouble others(ShotProgress shot, int chunkIndex, WorkerKey worker) {
    return others(StepLoad.of(shot, chunkIndex), worker);
  }

  private OptionalDouble others(StepLoad load, WorkerKey worker) {
    double[] sorted =
        workers.entrySet().stream()
            .filter(it -> !it.getKey().equals(worker))
            .flatMapToDouble(it -> it.getValue().atMost(load).stream())
            .sorted()
            .toArray();
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted[sorted.length / 2]);
  }

  /** The longest that a step of a chunk takes any of these, as far as that is known. */
  OptionalDouble longest(ShotProgress shot, int chunkIndex, Collection<WorkerKey> among) {
    StepLoad load = StepLoad.of(shot, chunkIndex);
    return workers.entrySet().stream()
        .filter(it -> among.contains(it.getKey()))
        .flatMapToDouble(it -> it.getValue().atMost(load).stream())
        .max();
  }

  /** Something was taken from these because they were slow. */
  void remember(Collection<WorkerKey> workersThatWereSlow) {
    slow.addAll(workersThatWereSlow);
  }

  /** Workers that were slow when they last had something of the story, in their order. */
  List<WorkerKey> slow() {
    return List.copyOf(slow);
  }

  private static OptionalDouble lower(DoubleStream seconds) {
    double[] sorted = seconds.sorted().toArray();
    return OptionalDouble.of(sorted[(sorted.length - 1) / 2]);
  }
}
