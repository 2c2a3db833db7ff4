package dev.longtake.coordinator.story.moves;

import static java.util.Comparator.comparingDouble;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkerKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which workers a shot waits for because they are slow, and whether it would end sooner if others
 * had their chunks. Pure.
 *
 * <h2>Who is slow</h2>
 *
 * <p>All chunks of a shot go in step, so how fast they come on says nothing about who is slow:
 * workers say what their steps take without the wait for neighbours ({@link StepTimes}), and that
 * is held against what the same steps would take others. Who does not say it is never judged.
 *
 * <h2>Whether it is worth it</h2>
 *
 * <p>A step of the shot takes what it takes the slowest of its workers. With k of the slow ones
 * replaced, slowest first, it takes what it takes the slowest that is left, or those that come. A
 * worker that has nothing to do is expected to be as fast as others are; if it is known to be
 * slower, as slow as that. So chunks of two equally slow workers go together or not at all, and
 * nothing is taken from one for the sake of another one that was slow.
 */
final class LagRules {

  /** Steps done since the newest checkpoint that a move does again. */
  private static final int STEPS_AGAIN = 1;

  private LagRules() {}

  /** The workers that are slow with what they hold of a shot, slowest first. */
  static List<Laggard> slow(ShotProgress shot, StepTimes times, Slowness slowness) {
    return hands(shot, times).stream()
        .filter(it -> it.others() > 0 && slowness.isSlow(it.own(), it.others()))
        .toList();
  }

  /**
   * Those of them whose chunks should go to others now, all together.
   *
   * @param idle workers that may render the shot and have nothing to do
   */
  static List<Laggard> worthMoving(
      ShotProgress shot,
      StepCounts steps,
      StepTimes times,
      Collection<WorkerKey> idle,
      Slowness slowness) {
    List<Laggard> hands = hands(shot, times);
    List<Laggard> slow = slow(shot, times, slowness);
    Set<WorkerKey> able = new TreeSet<>(idle);
    times.slow().forEach(able::remove);
    List<Laggard> best = List.of();
    if (slow.isEmpty()) {
      return best;
    }
    double now = hands.getFirst().own();
    double bestPace = now;
    for (int count = 1; count <= Math.min(slow.size(), able.size()); count++) {
      List<Laggard> moved = slow.subList(0, count);
      Optional<Double> taken = taken(moved, times, takers(moved, able), slowness);
      double rest =
          hands.stream()
              .filter(it -> !moved.contains(it))
              .mapToDouble(Laggard::own)
              .max()
              .orElse(0);
      double pace = Math.max(rest, taken.orElse(now));
      if (pace < bestPace && isWorth(shot, steps, moved, now, pace, slowness)) {
        best = List.copyOf(moved);
        bestPace = pace;
      }
    }
    return best;
  }

  /** What each worker holds of a shot, if all that it takes is known; what takes longest first. */
  private static List<Laggard> hands(ShotProgress shot, StepTimes times) {
    Map<WorkerKey, List<Integer>> held = new TreeMap<>();
    for (int i = 0; i < shot.chunks().size(); i++) {
      if (shot.chunks().get(i) instanceof Leased leased) {
        held.computeIfAbsent(leased.worker(), it -> new ArrayList<>()).add(i);
      }
    }
    List<Laggard> hands = new ArrayList<>();
    held.forEach((worker, chunks) -> hand(shot, worker, chunks, times).ifPresent(hands::add));
    return hands.stream().sorted(comparingDouble(Laggard::own).reversed()).toList();
  }

  private static Optional<Laggard> hand(
      ShotProgress shot, WorkerKey worker, List<Integer> chunks, StepTimes times) {
    double own = 0;
    double others = 0;
    for (int chunk : chunks) {
      OptionalDouble seconds = times.seconds(shot, chunk);
      if (seconds.isEmpty()) {
        return Optional.empty();
      }
      own += seconds.getAsDouble();
      others += times.others(shot, chunk, worker).orElse(Double.NaN);
    }
    return Optional.of(new Laggard(shot, worker, chunks, own, Double.isNaN(others) ? 0 : others));
  }

  /** Who would get them: as many as there are chunks, in the order in which work is dealt out. */
  private static List<WorkerKey> takers(List<Laggard> moved, Set<WorkerKey> able) {
    int chunks = moved.stream().mapToInt(it -> it.chunks().size()).sum();
    return able.stream().limit(chunks).toList();
  }

  /** What a step takes then with those chunks; empty if one of them had no better of it. */
  private static Optional<Double> taken(
      List<Laggard> moved, StepTimes times, List<WorkerKey> takers, Slowness slowness) {
    double pace = 0;
    for (Laggard slow : moved) {
      double known =
          slow.chunks().stream()
              .mapToDouble(chunk -> times.longest(slow.shot(), chunk, takers).orElse(0))
              .sum();
      double then = Math.max(slow.others(), known);
      if (!slowness.isSlow(slow.own(), then)) {
        return Optional.empty();
      }
      pace = Math.max(pace, then);
    }
    return Optional.of(pace);
  }

  private static boolean isWorth(
      ShotProgress shot,
      StepCounts steps,
      List<Laggard> moved,
      double now,
      double then,
      Slowness slowness) {
    int done =
        moved.stream()
            .flatMap(it -> it.chunks().stream())
            .mapToInt(chunk -> steps.stepsDone(shot, chunk))
            .min()
            .orElse(0);
    int left = shot.plan().inputs().sampling().stepCount() - done;
    return (left + STEPS_AGAIN) * then + slowness.handOverSeconds() < left * now;
  }
}
