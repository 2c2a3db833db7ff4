package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;

import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
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
 *   <li>the next shot, if a worker holds no unfinished chunk: all its chunks together, each worker
 *       a run of neighbouring ones. Such workers are shared among the shots that wait for them, so
 *       that a shot is spread over many only while the farm has little to do: spread wide it ends
 *       sooner, but its workers wait for one another.
 * </ol>
 *
 * <p>A worker that gave work up gets it again only if no other one is there.
 *
 * <p>Looks at all workers and all stories, and so is the definition and not what runs: {@link
 * Board} comes to the same assignments at the cost of what is assigned.
 */
public final class DispatchPolicy {

  /** Segments that one worker holds at once: one to decode and one to go on with. */
  static final int SEGMENTS_PER_WORKER_MAX = 2;

  private final List<Seat> seats;
  private final Map<WorkerKey, Load> loads = new HashMap<>();
  private final List<Assignment> assignments = new ArrayList<>();

  /** Shots that nobody has begun, by what may render them. */
  private final Map<StoryDemand.Pin, Integer> waitingShots = new HashMap<>();

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
   * @param asked leases that stories were asked for and have not told of: they count as held
   */
  public static List<Assignment> assign(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Collection<Assignment.Lease> asked) {
    var policy = new DispatchPolicy(present);
    stories.forEach(policy::count);
    asked.forEach(policy::count);
    stories.forEach(policy::countWaiting);
    stories.stream()
        .sorted(comparingLong(StoryDemand::sequence))
        .forEach(
            story ->
                story
                    .pin()
                    .ifPresentOrElse(pin -> policy.serve(story, pin), () -> policy.pin(story)));
    return List.copyOf(policy.assignments);
  }

  private void count(StoryDemand story) {
    for (StoryDemand.Holder holder : story.holders()) {
      holder.orders().forEach(order -> count(holder.worker(), order.lease().kind()));
    }
  }

  private void count(Assignment.Lease asked) {
    asked.grants().forEach(grant -> count(grant.worker(), asked.kind()));
  }

  private void count(WorkerKey worker, Kind kind) {
    Load load = loads.get(worker);
    if (load != null) {
      switch (kind) {
        case CHUNK -> load.chunkCount++;
        case SEGMENT -> load.segmentCount++;
      }
    }
  }

  private void countWaiting(StoryDemand story) {
    int waiting = (int) story.shots().stream().filter(StoryDemand.Shot::isNew).count();
    story.pin().ifPresent(pin -> waitingShots.merge(pin, waiting, Integer::sum));
  }

  /** Pins a story to the engine class and model that most workers have; of several, the first. */
  private void pin(StoryDemand story) {
    Map<Seat, Long> sizes =
        seats.stream()
            .collect(
                Collectors.toMap(
                    seat -> seat,
                    seat ->
                        seats.stream()
                            .filter(
                                it ->
                                    it.isEquivalentTo(
                                        seat.engineClass(), seat.model().identity().digest()))
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

  private void serve(StoryDemand story, StoryDemand.Pin pin) {
    List<Seat> fitting =
        seats.stream().filter(seat -> seat.isEquivalentTo(pin.engineClass(), pin.model())).toList();
    if (fitting.isEmpty()) {
      return;
    }
    story.shots().forEach(shot -> segments(story, shot, fitting));
    story.shots().stream()
        .filter(shot -> !shot.isNew() && !shot.chunks().isEmpty())
        .forEach(shot -> restart(story, shot, fitting));
    for (StoryDemand.Shot shot : story.shots()) {
      if (shot.isNew()) {
        List<Seat> idle = idle(fitting);
        if (idle.isEmpty()) {
          return;
        }
        int sharers = waitingShots.merge(pin, -1, Integer::sum) + 1;
        spread(story, shot, idle.subList(0, Math.max(1, idle.size() / sharers)));
      }
    }
  }

  private List<Seat> idle(List<Seat> among) {
    return among.stream().filter(seat -> load(seat).chunkCount == 0).toList();
  }

  private Load load(Seat seat) {
    return loads.computeIfAbsent(seat.key(), key -> new Load());
  }

  private void segments(StoryDemand story, StoryDemand.Shot shot, List<Seat> fitting) {
    List<Grant> grants = new ArrayList<>();
    Comparator<Seat> leastBusy =
        comparingInt((Seat seat) -> load(seat).segmentCount)
            .thenComparingInt(seat -> load(seat).chunkCount)
            .thenComparing(Seat::key);
    for (Want segment : shot.segments()) {
      Optional<Seat> seat =
          without(fitting, avoided(List.of(segment))).stream()
              .filter(it -> load(it).segmentCount < SEGMENTS_PER_WORKER_MAX)
              .min(leastBusy);
      seat.ifPresent(
          it -> {
            load(it).segmentCount++;
            grants.add(new Grant(segment.index(), it.key()));
          });
    }
    if (!grants.isEmpty()) {
      assignments.add(
          new Assignment.Lease(story.storyId(), shot.shotIndex(), Kind.SEGMENT, grants));
    }
  }

  private void restart(StoryDemand story, StoryDemand.Shot shot, List<Seat> fitting) {
    List<Seat> candidates = without(fitting, avoided(shot.chunks()));
    List<Seat> idle = idle(candidates);
    List<Seat> takers = idle.isEmpty() ? candidates : idle;
    spread(
        story,
        shot,
        takers.stream()
            .sorted(comparingInt((Seat seat) -> load(seat).chunkCount).thenComparing(Seat::key))
            .toList());
  }

  private static Set<WorkerKey> avoided(List<Want> wants) {
    Set<WorkerKey> avoided = new HashSet<>();
    wants.forEach(want -> want.avoid().ifPresent(avoided::add));
    return avoided;
  }

  /** Those that are not to be avoided; all of them if that would leave nobody. */
  private static List<Seat> without(List<Seat> among, Set<WorkerKey> avoided) {
    List<Seat> others = among.stream().filter(seat -> !avoided.contains(seat.key())).toList();
    return others.isEmpty() ? among : others;
  }

  /** Deals the chunks out in runs of neighbours, as evenly as can be. */
  private void spread(StoryDemand story, StoryDemand.Shot shot, List<Seat> takers) {
    List<Want> chunks = shot.chunks();
    int takerCount = Math.min(takers.size(), chunks.size());
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < chunks.size(); i++) {
      Seat seat = takers.get((int) ((long) i * takerCount / chunks.size()));
      load(seat).chunkCount++;
      grants.add(new Grant(chunks.get(i).index(), seat.key()));
    }
    assignments.add(new Assignment.Lease(story.storyId(), shot.shotIndex(), Kind.CHUNK, grants));
  }
}
