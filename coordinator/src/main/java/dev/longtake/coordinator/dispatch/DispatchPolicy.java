package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;

import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.dispatch.StoryDemand.Place;
import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.dispatch.share.Accounts;
import dev.longtake.coordinator.dispatch.share.Books;
import dev.longtake.coordinator.dispatch.share.Round;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.Standing;
import dev.longtake.coordinator.dispatch.share.Step;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides who gets what. The same workers and stories always give the same assignments.
 *
 * <p>Stories of each tenant are served in the order of {@link Standing}, tenants in that of {@link
 * Round#claim}, one new shot at a time; and of each story first what holds others up:
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
 * <p>A tenant that may begin nothing more still gets what goes on.
 *
 * <p>A worker that is bound to a tenant gets its work alone, before those of all tenants do. One
 * that gave work up gets it again only if no other one is there, and so does one that was slow with
 * chunks of the story those that others began.
 *
 * <p>Looks at all workers and all stories, and so is the definition and not what runs: {@link
 * Board} comes to the same assignments at the cost of what is assigned.
 */
public final class DispatchPolicy {

  /** Segments that one worker holds at once: one to decode and one to go on with. */
  static final int SEGMENTS_PER_WORKER_MAX = 2;

  private final List<Seat> seats;
  private final Round round;
  private final Map<WorkerKey, Load> loads = new HashMap<>();
  private final List<Assignment> assignments = new ArrayList<>();

  /** What a worker holds. */
  private static final class Load {
    private int chunkCount;
    private int segmentCount;
  }

  private DispatchPolicy(Collection<Seat> present, Round round) {
    this.round = round;
    seats = present.stream().filter(seat -> !seat.draining()).sorted(comparing(Seat::key)).toList();
    seats.forEach(seat -> loads.put(seat.key(), new Load()));
  }

  /**
   * What is to be done now, where all stories have one claimant.
   *
   * @param asked leases that stories were asked for and have not told of: they count as held
   */
  public static List<Assignment> assign(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Collection<Assignment.Lease> asked) {
    var nobodyHasAnything = new Accounts(ShareSettings.EQUAL);
    return assign(present, stories, asked, ShareSettings.EQUAL, nobodyHasAnything);
  }

  /** What is to be done now, where tenants hold and have used what the books say. */
  static List<Assignment> assign(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Collection<Assignment.Lease> asked,
      ShareSettings settings,
      Books books) {
    var policy = new DispatchPolicy(present, new Round(books, settings.tenants()));
    stories.forEach(policy::count);
    asked.forEach(policy::count);
    stories.stream().filter(story -> story.pin().isEmpty()).forEach(policy::pin);
    stories.stream()
        .flatMap(story -> story.pin().stream())
        .distinct()
        .sorted(Pin.ORDER)
        .forEach(pin -> policy.serve(pin, stories, settings));
    List<String> order =
        stories.stream().sorted(comparing(Place::of)).map(StoryDemand::storyId).toList();
    return policy.assignments.stream()
        .sorted(comparingInt(assignment -> order.indexOf(assignment.storyId())))
        .toList();
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

  /** Pins a story to the engine class and model that most workers have; of several, the first. */
  private void pin(StoryDemand story) {
    List<Seat> own =
        seats.stream().filter(seat -> seat.scope().covers(story.claimant().tenant())).toList();
    own.stream()
        .min(
            comparingLong(
                    (Seat seat) -> -own.stream().filter(it -> it.pin().equals(seat.pin())).count())
                .thenComparing(Seat::pin, Pin.ORDER)
                .thenComparing(Seat::key))
        .ifPresent(
            seat ->
                assignments.add(
                    new Assignment.Pin(story.storyId(), seat.model(), seat.engineClass())));
  }

  /** Serves the stories that are pinned so. */
  private void serve(Pin pin, Collection<StoryDemand> stories, ShareSettings settings) {
    Map<String, Deque<Step>> steps = steps(pin, stories, settings);
    Map<String, Integer> sharers = new HashMap<>();
    steps.forEach((tenant, own) -> sharers.put(tenant, round.beginsMax(tenant, own)));
    while (!steps.isEmpty()) {
      String tenant =
          steps.keySet().stream()
              .min(comparingDouble(round::claim).thenComparing(it -> it))
              .orElseThrow();
      Deque<Step> own = steps.getOrDefault(tenant, new ArrayDeque<>());
      List<Seat> fitting = fitting(pin, tenant);
      switch (own.remove()) {
        case Step.GoOn(StoryDemand story) -> goOn(story, fitting);
        case Step.Begin(StoryDemand story, StoryDemand.Shot shot) -> {
          if (!begin(story, shot, fitting, sharers)) {
            own.removeIf(step -> step instanceof Step.Begin);
          }
        }
      }
      steps.values().removeIf(Deque::isEmpty);
    }
  }

  /** Those that may do it: first those that may do nothing for others. */
  private List<Seat> fitting(Pin pin, String tenant) {
    return seats.stream()
        .filter(seat -> seat.fits(pin, tenant))
        .sorted(comparing((Seat seat) -> seat.scope().isAll()).thenComparing(Seat::key))
        .toList();
  }

  private static Map<String, Deque<Step>> steps(
      Pin pin, Collection<StoryDemand> stories, ShareSettings settings) {
    Map<String, Deque<Step>> steps = new TreeMap<>();
    stories.stream()
        .filter(story -> story.pin().filter(pin::equals).isPresent() && !story.shots().isEmpty())
        .sorted(comparing(story -> Standing.of(story, settings)))
        .forEach(
            story ->
                steps
                    .computeIfAbsent(story.claimant().tenant(), tenant -> new ArrayDeque<>())
                    .addAll(Step.of(story)));
    return steps;
  }

  private void goOn(StoryDemand story, List<Seat> fitting) {
    if (fitting.isEmpty()) {
      return;
    }
    story.shots().forEach(shot -> segments(story, shot, fitting));
    story.shots().stream()
        .filter(shot -> !shot.isNew() && !shot.chunks().isEmpty())
        .forEach(shot -> restart(story, shot, fitting));
  }

  /** False if nothing new of its tenant may begin. */
  private boolean begin(
      StoryDemand story, StoryDemand.Shot shot, List<Seat> fitting, Map<String, Integer> sharers) {
    List<Seat> idle = idle(fitting);
    String tenant = story.claimant().tenant();
    if (idle.isEmpty()) {
      return true; // Others of it may have something that goes on.
    }
    if (!round.mayBegin(tenant, shot.chunks().size())) {
      sharers.put(tenant, 0);
      return false; // A smaller one behind it would keep it waiting.
    }
    int all = sharers.values().stream().mapToInt(it -> it).sum();
    int own = (int) idle.stream().filter(seat -> !seat.scope().isAll()).count();
    int share = Crew.Hands.share(own, idle.size() - own, sharers.getOrDefault(tenant, 0), all);
    int takers = Math.min(Math.min(share, idle.size()), shot.chunks().size());
    sharers.merge(tenant, -1, (count, one) -> Math.max(0, count + one));
    round.begin(tenant, takers, shot.chunks().size());
    spread(story, shot, idle.subList(0, takers));
    return true;
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
            .thenComparing(seat -> seat.scope().isAll())
            .thenComparing(Seat::key);
    for (Want segment : shot.segments()) {
      Optional<Seat> seat =
          without(fitting, segment.avoid().map(Set::of).orElse(Set.of())).stream()
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
          new Assignment.Lease(
              story.storyId(), story.claimant().tenant(), shot.shotIndex(), Kind.SEGMENT, grants));
    }
  }

  private void restart(StoryDemand story, StoryDemand.Shot shot, List<Seat> fitting) {
    List<Seat> candidates = without(fitting, Set.copyOf(shot.avoided()));
    List<Seat> idle = idle(candidates);
    List<Seat> takers = idle.isEmpty() ? candidates : idle;
    spread(
        story,
        shot,
        takers.stream()
            .sorted(
                comparingInt((Seat seat) -> load(seat).chunkCount)
                    .thenComparing(seat -> seat.scope().isAll())
                    .thenComparing(Seat::key))
            .toList());
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
    assignments.add(
        new Assignment.Lease(
            story.storyId(), story.claimant().tenant(), shot.shotIndex(), Kind.CHUNK, grants));
  }
}
