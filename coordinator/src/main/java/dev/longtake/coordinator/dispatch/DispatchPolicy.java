package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.StoryPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides who gets what. The same workers and stories always give the same assignments.
 *
 * <p>Stories are served in the order of their submission, and of each story first what holds others
 * up:
 *
 * <ol>
 *   <li>segments of denoised shots, to any worker of the engine class, idle ones first;
 *   <li>chunks that were taken back, at once, even where nobody is idle: their neighbours wait for
 *       them, and would wait for ever if they had to wait for an idle worker;
 *   <li>the next shot, if a worker holds no unfinished chunk: all its chunks together over all such
 *       workers, each a run of neighbouring chunks.
 * </ol>
 *
 * <p>A worker that gave work up gets it again only if no other one is there.
 */
public final class DispatchPolicy {

  /** Segments that one worker holds at once: one to decode and one to go on with. */
  static final int SEGMENTS_PER_WORKER_MAX = 2;

  private final List<Seat> seats;
  private final Map<WorkerKey, Load> loads = new HashMap<>();
  private final List<Assignment> assignments = new ArrayList<>();

  /** What a worker holds. */
  private static final class Load {
    private int chunkCount;
    private int segmentCount;
  }

  private DispatchPolicy(Collection<Seat> present) {
    seats = present.stream().filter(seat -> !seat.draining()).sorted(comparing(Seat::key)).toList();
    seats.forEach(seat -> loads.put(seat.key(), new Load()));
  }

  /**
   * What is to be done now.
   *
   * @param stories open ones
   */
  public static List<Assignment> assign(
      Collection<Seat> present, Collection<StoryProgress> stories) {
    var policy = new DispatchPolicy(present);
    stories.forEach(policy::count);
    stories.stream()
        .sorted(comparingLong(StoryProgress::sequence))
        .forEach(
            story ->
                story
                    .plan()
                    .ifPresentOrElse(plan -> policy.serve(story, plan), () -> policy.pin(story)));
    return List.copyOf(policy.assignments);
  }

  private void count(StoryProgress story) {
    for (ShotProgress shot : story.shots()) {
      if (shot.latents().isEmpty()) {
        shot.chunks().forEach(work -> holder(work).ifPresent(load -> load.chunkCount++));
      }
      shot.segments().forEach(work -> holder(work).ifPresent(load -> load.segmentCount++));
    }
  }

  private Optional<Load> holder(WorkState work) {
    return work instanceof Leased leased
        ? Optional.ofNullable(loads.get(leased.worker()))
        : Optional.empty();
  }

  /** Pins a story to the engine class and model that most workers have; of several, the first. */
  private void pin(StoryProgress story) {
    Map<Seat, Long> sizes =
        seats.stream()
            .collect(
                Collectors.toMap(
                    seat -> seat,
                    seat ->
                        seats.stream()
                            .filter(it -> it.isEquivalentTo(seat.engineClass(), seat.model()))
                            .count()));
    seats.stream()
        .min(
            comparingLong((Seat seat) -> -sizes.getOrDefault(seat, 0L))
                .thenComparing(Seat::engineClass)
                .thenComparing(seat -> seat.model().identity().digest().hex())
                .thenComparing(Seat::key))
        .ifPresent(
            seat ->
                assignments.add(
                    new Assignment.Pin(story.storyId(), seat.model(), seat.engineClass())));
  }

  private void serve(StoryProgress story, StoryPlan plan) {
    List<Seat> fitting = fitting(plan.engineClass(), plan.model());
    if (fitting.isEmpty()) {
      return;
    }
    for (int i = 0; i < story.shots().size(); i++) {
      segments(story, i, fitting);
    }
    for (int i = 0; i < story.shots().size(); i++) {
      if (story.shots().get(i).state() == ShotProgress.State.DENOISING) {
        restart(story, i, fitting);
      }
    }
    for (int i = 0; i < story.shots().size(); i++) {
      if (story.shots().get(i).state() == ShotProgress.State.WAITING) {
        List<Seat> idle = idle(fitting);
        if (idle.isEmpty()) {
          return;
        }
        spread(story, i, story.shots().get(i).leasable(Kind.CHUNK), idle);
      }
    }
  }

  private List<Seat> fitting(String engineClass, ModelCard model) {
    return seats.stream().filter(seat -> seat.isEquivalentTo(engineClass, model)).toList();
  }

  private List<Seat> idle(List<Seat> among) {
    return among.stream().filter(seat -> load(seat).chunkCount == 0).toList();
  }

  private Load load(Seat seat) {
    return loads.computeIfAbsent(seat.key(), key -> new Load());
  }

  private void segments(StoryProgress story, int shotIndex, List<Seat> fitting) {
    ShotProgress shot = story.shots().get(shotIndex);
    List<Grant> grants = new ArrayList<>();
    Comparator<Seat> leastBusy =
        comparingInt((Seat seat) -> load(seat).segmentCount)
            .thenComparingInt(seat -> load(seat).chunkCount)
            .thenComparing(Seat::key);
    for (int index : shot.leasable(Kind.SEGMENT)) {
      Optional<Seat> seat =
          without(fitting, avoided(List.of(shot.segments().get(index)))).stream()
              .filter(it -> load(it).segmentCount < SEGMENTS_PER_WORKER_MAX)
              .min(leastBusy);
      seat.ifPresent(
          it -> {
            load(it).segmentCount++;
            grants.add(new Grant(index, it.key()));
          });
    }
    if (!grants.isEmpty()) {
      assignments.add(new Assignment.Lease(story.storyId(), shotIndex, Kind.SEGMENT, grants));
    }
  }

  private void restart(StoryProgress story, int shotIndex, List<Seat> fitting) {
    ShotProgress shot = story.shots().get(shotIndex);
    List<Integer> waiting = shot.leasable(Kind.CHUNK);
    if (waiting.isEmpty()) {
      return;
    }
    List<Seat> candidates =
        without(fitting, avoided(waiting.stream().map(shot.chunks()::get).toList()));
    List<Seat> idle = idle(candidates);
    List<Seat> takers = idle.isEmpty() ? candidates : idle;
    spread(
        story,
        shotIndex,
        waiting,
        takers.stream()
            .sorted(comparingInt((Seat seat) -> load(seat).chunkCount).thenComparing(Seat::key))
            .toList());
  }

  private static Set<WorkerKey> avoided(List<WorkState> works) {
    Set<WorkerKey> avoided = new HashSet<>();
    for (WorkState work : works) {
      if (work instanceof Waiting waiting) {
        waiting.avoid().ifPresent(avoided::add);
      }
    }
    return avoided;
  }

  /** Those that are not to be avoided; all of them if that would leave nobody. */
  private static List<Seat> without(List<Seat> among, Set<WorkerKey> avoided) {
    List<Seat> others = among.stream().filter(seat -> !avoided.contains(seat.key())).toList();
    return others.isEmpty() ? among : others;
  }

  /** Deals the chunks out in runs of neighbours, as evenly as can be. */
  private void spread(StoryProgress story, int shotIndex, List<Integer> chunks, List<Seat> takers) {
    int takerCount = Math.min(takers.size(), chunks.size());
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      Seat seat = takers.get((int) ((long) i * takerCount / chunks.size()));
      load(seat).chunkCount++;
      grants.add(new Grant(chunks.get(i), seat.key()));
    }
    assignments.add(new Assignment.Lease(story.storyId(), shotIndex, Kind.CHUNK, grants));
  }
}
