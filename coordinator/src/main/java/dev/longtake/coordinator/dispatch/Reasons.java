package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.Shares;
import dev.longtake.coordinator.dispatch.share.Standing;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.story.status.Reason;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Why what waits for a worker does so: what is dealt out now flows, and what is not has the reason
 * for which {@link Fleet#assign} leaves it out. Pure; changes nothing of the fleet.
 */
final class Reasons {

  /** What can be said of what waits for a worker. */
  private static final Set<Reason> ALL = EnumSet.range(Reason.FLOWING, Reason.UNHEARD);

  private Reasons() {}

  /** No chunk waits, for whatever reason. */
  static Map<Reason, Integer> none() {
    Map<Reason, Integer> none = new EnumMap<>(Reason.class);
    ALL.forEach(reason -> none.put(reason, 0));
    return none;
  }

  /**
   * The chunks that wait, by why; all of them together are {@link ChunkCounts#waiting} of the
   * fleet's. Costs what is dealt out, and not what there is.
   *
   * @param dealt what is dealt out now
   * @param obstacle why nothing at all is, if that is so
   */
  static Map<Reason, Integer> count(
      Fleet fleet, List<Assignment> dealt, Optional<Reason> obstacle) {
    Map<Reason, Integer> counts = none();
    if (obstacle.isPresent()) {
      counts.put(obstacle.get(), fleet.chunks().waiting());
      return counts;
    }
    Map<String, Integer> dealtOf = new HashMap<>();
    dealt.forEach(
        assignment ->
            leased(assignment)
                .ifPresent(
                    lease -> dealtOf.merge(lease.tenant(), lease.grants().size(), Integer::sum)));
    Shares shares = fleet.board().shares();
    int wanted = 0;
    for (Board.Waiting waiting : fleet.board().waiting()) {
      wanted += waiting.chunks();
      Reason reason =
          waiting.isVacant()
              ? vacant(fleet.seats(), waiting.pin(), waiting.tenant())
              : shares.why(waiting.tenant());
      counts.merge(reason, waiting.chunks(), Integer::sum);
    }
    // What is dealt out now was counted as if it waited.
    dealtOf.forEach((tenant, chunks) -> counts.merge(shares.why(tenant), -chunks, Integer::sum));
    int flowing = chunks(dealt);
    int withheld = fleet.chunks().waiting() - wanted;
    int asked = Math.min(withheld, chunks(fleet.asked()));
    counts.put(Reason.FLOWING, flowing + asked);
    counts.put(Reason.UNHEARD, withheld - asked);
    return counts;
  }

  /**
   * Which stories their tenant's quota keeps from beginning anything, as it was when it was last
   * seen what is to be done; not those that were just asked to begin something.
   */
  static Predicate<StoryDemand> held(Fleet fleet) {
    Shares shares = fleet.board().shares();
    return story -> fleet.mayWant(story.storyId()) && shares.isHeld(tenant(story));
  }

  /** A lease of chunks; empty if it is something else. */
  private static Optional<Assignment.Lease> leased(Assignment assignment) {
    return assignment instanceof Assignment.Lease lease && lease.kind() == Kind.CHUNK
        ? Optional.of(lease)
        : Optional.empty();
  }

  private static int chunks(List<? extends Assignment> assignments) {
    return assignments.stream()
        .flatMap(assignment -> leased(assignment).stream())
        .mapToInt(lease -> lease.grants().size())
        .sum();
  }

  /** Why nobody may take anything that only such workers can render. */
  private static Reason vacant(Collection<Seat> seats, Pin pin, String tenant) {
    boolean isClassThere = false;
    boolean isOfOthers = false;
    for (Seat seat : seats) {
      if (seat.fits(pin, tenant)) {
        return Reason.DRAINING;
      }
      isOfOthers |= seat.isEquivalentTo(pin.engineClass(), pin.model());
      isClassThere |= seat.engineClass().equals(pin.engineClass());
    }
    return isOfOthers ? Reason.OTHER_TENANT : isClassThere ? Reason.OTHER_MODEL : Reason.NO_WORKER;
  }

  /**
   * What would be done now with what waits of a story. Looks at all workers and stories, so not for
   * every story all the time.
   *
   * @param obstacle why nothing at all is dealt out, if that is so
   */
  static Outlook of(Fleet fleet, String storyId, Optional<Reason> obstacle) {
    Optional<StoryDemand> story =
        fleet.stories().stream().filter(it -> it.storyId().equals(storyId)).findFirst();
    Set<Outlook.Piece> flowing = obstacle.isPresent() ? Set.of() : flowing(fleet, storyId);
    Reason otherwise = obstacle.orElseGet(() -> otherwise(fleet, story));
    return new Outlook(flowing, otherwise, evidence(fleet, story, otherwise), absent(fleet, story));
  }

  private static Reason otherwise(Fleet fleet, Optional<StoryDemand> story) {
    if (story.isEmpty() || !fleet.mayWant(story.get().storyId())) {
      return Reason.UNHEARD;
    }
    Optional<Pin> pin = story.get().pin();
    String tenant = tenant(story.get());
    if (pin.isEmpty()) {
      return unpinned(fleet.seats(), tenant);
    }
    return fleet.board().isVacant(pin.get(), tenant)
        ? vacant(fleet.seats(), pin.get(), tenant)
        : fleet.board().shares().why(tenant);
  }

  private static Reason unpinned(List<Seat> present, String tenant) {
    List<Seat> own = present.stream().filter(seat -> seat.scope().covers(tenant)).toList();
    if (own.isEmpty()) {
      return present.isEmpty() ? Reason.NO_WORKER : Reason.OTHER_TENANT;
    }
    return own.stream().allMatch(Seat::draining) ? Reason.DRAINING : Reason.PLANNING;
  }

  private static Set<Outlook.Piece> flowing(Fleet fleet, String storyId) {
    Set<Outlook.Piece> flowing = new HashSet<>();
    fleet.asked().forEach(lease -> add(flowing, storyId, lease));
    for (Assignment assignment : fleet.assign()) {
      if (assignment instanceof Assignment.Lease lease) {
        add(flowing, storyId, lease);
      }
    }
    return flowing;
  }

  private static void add(Set<Outlook.Piece> flowing, String storyId, Assignment.Lease lease) {
    if (lease.storyId().equals(storyId)) {
      lease
          .grants()
          .forEach(
              grant ->
                  flowing.add(new Outlook.Piece(lease.shotIndex(), lease.kind(), grant.index())));
    }
  }

  private static Set<WorkerKey> absent(Fleet fleet, Optional<StoryDemand> story) {
    Set<WorkerKey> absent = new HashSet<>();
    story.ifPresent(it -> it.holders().forEach(holder -> absent.add(holder.worker())));
    absent.removeIf(fleet::has);
    return absent;
  }

  /**
   * What speaks for the reason of what waits: a sentence without its full stop.
   *
   * @param story empty if nothing was told of it
   */
  private static String evidence(Fleet fleet, Optional<StoryDemand> story, Reason reason) {
    List<Seat> present = fleet.seats();
    return switch (reason) {
      case BUSY -> story.map(it -> busy(fleet, it)).orElse("");
      case SHARE -> story.map(it -> fleet.board().shares().share(tenant(it))).orElse("");
      case QUOTA -> story.map(it -> fleet.board().shares().quota(tenant(it))).orElse("");
      case NO_WORKER ->
          "none of the %d workers that are there is of engine class %s"
              .formatted(present.size(), engineClass(story));
      case OTHER_MODEL ->
          "of %d workers of engine class %s none has model %s"
              .formatted(
                  present.stream()
                      .filter(seat -> seat.engineClass().equals(engineClass(story)))
                      .count(),
                  engineClass(story),
                  story
                      .flatMap(StoryDemand::pin)
                      .map(pin -> pin.model().hex().substring(0, 12))
                      .orElse("any"));
      case OTHER_TENANT -> "workers that could render it work for other tenants alone";
      case DRAINING ->
          "all %d workers that could take it take nothing new"
              .formatted(story.map(it -> fitting(present, it).size()).orElse(present.size()));
      case HELD_UP -> "a disk of the coordinator that gives work out has little room";
      case SETTLING -> "dispatch has just begun, and asks who is there and what there is to do";
      case UNHEARD ->
          story.isEmpty()
              ? "no coordinator has told of the story yet"
              : "the story was asked to take leases, and has not told what came of it";
      case PLANNING ->
          "%d workers are there that could render it"
              .formatted(story.map(it -> fitting(present, it).size()).orElse(present.size()));
      case DONE, RUNNING, NEIGHBOURS, WORKER_AWAY, FLOWING, CHUNKS, JOINING, FINISHING, ENDED ->
          throw new IllegalArgumentException("not of what waits for a worker: " + reason);
    };
  }

  private static String tenant(StoryDemand story) {
    return story.claimant().tenant();
  }

  private static String engineClass(Optional<StoryDemand> story) {
    return story.flatMap(StoryDemand::pin).map(StoryDemand.Pin::engineClass).orElse("any");
  }

  private static List<Seat> fitting(List<Seat> present, StoryDemand story) {
    return present.stream()
        .filter(
            seat ->
                seat.scope().covers(tenant(story))
                    && story.pin().stream().allMatch(pin -> seat.fits(pin, tenant(story))))
        .toList();
  }

  private static String busy(Fleet fleet, StoryDemand story) {
    List<Seat> fitting =
        fitting(fleet.seats(), story).stream().filter(seat -> !seat.draining()).toList();
    Set<WorkerKey> holding = new HashSet<>();
    ShareSettings settings = fleet.board().settings();
    var standing = Standing.of(story, settings);
    int before = 0;
    for (StoryDemand other : fleet.stories()) {
      other.holders().stream()
          .filter(holder -> holder.orders().stream().anyMatch(Reasons::isChunk))
          .forEach(holder -> holding.add(holder.worker()));
      boolean isBefore = Standing.of(other, settings).compareTo(standing) < 0;
      boolean isOfThem = tenant(other).equals(tenant(story)) && other.pin().equals(story.pin());
      before += isBefore && isOfThem ? 1 : 0;
    }
    long idle = fitting.stream().filter(seat -> !holding.contains(seat.key())).count();
    return "of %d workers that could take it %d have no chunk, and %d stories come before it"
        .formatted(fitting.size(), idle, before);
  }

  private static boolean isChunk(Order order) {
    return order.lease().kind() == Kind.CHUNK;
  }
}
