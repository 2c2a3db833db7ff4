package dev.longtake.coordinator.dispatch.moves;

import static java.util.Comparator.comparingInt;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.story.status.TenantScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds workers whose chunks should go to others that have nothing to do: those that take nothing
 * new, and those that hold several chunks of a shot; and whom those could have that are slow, which
 * stories know. Only while nothing waits that such workers could begin, and only if that has been
 * so for a while, because what is about to be dealt out is better for them; stories decide whether
 * and when chunks do move. Has no clock: time is how often it is asked.
 */
public final class Moves {

  /** A wish to a story. */
  public record Move(String storyId, WorkerKey worker, Why why) {}

  /** So long a worker must have had nothing to do before others give it some of theirs. */
  private static final Duration SPREAD_AFTER = Duration.ofSeconds(30);

  /** Idle workers of one kind that take work of the same tenants. */
  private record Kind(Pin pin, TenantScope scope) {

    private static Kind of(Seat seat) {
      return new Kind(seat.pin(), seat.scope());
    }

    private boolean covers(StoryDemand story) {
      return scope.covers(story.claimant().tenant());
    }
  }

  private record Held(Pin pin, String storyId, WorkerKey worker, int chunkCount) {

    private Move move(Why why) {
      return new Move(storyId, worker, why);
    }
  }

  /** Whom a story may count on for what its slow workers hold. */
  public record Offer(String storyId, List<WorkerKey> idle) {
    public Offer {
      idle = List.copyOf(idle);
    }
  }

  /** So many checks in a row one story is made the offer before the next one is. */
  private static final int TURN_CHECKS = 3;

  private final int drainChecks;
  private final int spreadChecks;
  private final Map<Kind, Integer> idleChecks = new HashMap<>();

  /** How often each was wished for: one that cannot move lets others have their turn. */
  private final Map<Move, Integer> wished = new HashMap<>();

  private List<Offer> offers = List.of();

  /**
   * Nothing was seen yet.
   *
   * @param drainChecks for so many checks in a row somebody must have had nothing to do before one
   *     that takes nothing new gives its chunks up
   * @param spreadChecks the same for one that holds several chunks of a shot
   */
  public Moves(int drainChecks, int spreadChecks) {
    this.drainChecks = Math.max(1, drainChecks);
    this.spreadChecks = Math.max(1, spreadChecks);
  }

  /** The same for whoever looks so often. */
  public static Moves every(Duration interval) {
    return new Moves(1, (int) SPREAD_AFTER.dividedBy(interval));
  }

  /**
   * Looks again; what is still so is wished, and offered, again.
   *
   * @param held which stories may begin nothing, whoever is idle
   */
  public List<Move> check(
      Collection<Seat> present, Collection<StoryDemand> stories, Predicate<StoryDemand> held) {
    Set<WorkerKey> busy =
        stories.stream()
            .flatMap(story -> story.holders().stream())
            .map(StoryDemand.Holder::worker)
            .collect(Collectors.toSet());
    Map<Kind, List<WorkerKey>> idle = idle(present, stories, busy, held);
    idleChecks.keySet().retainAll(idle.keySet());
    idle.keySet().forEach(kind -> idleChecks.merge(kind, 1, Integer::sum));
    Set<Move> moves = new LinkedHashSet<>();
    Map<String, List<WorkerKey>> offered = new LinkedHashMap<>();
    Set<Move> possible = new HashSet<>();
    idle.forEach(
        (kind, workers) -> {
          List<Held> holders = holders(kind, stories);
          holders.forEach(it -> List.of(Why.values()).forEach(why -> possible.add(it.move(why))));
          List<Move> own = moves(kind, workers.size(), present, holders);
          offered(kind, workers.size(), holders, own)
              .forEach(it -> offered.computeIfAbsent(it, _ -> new ArrayList<>()).addAll(workers));
          moves.addAll(own);
        });
    offers = offered.entrySet().stream().map(it -> new Offer(it.getKey(), it.getValue())).toList();
    wished.keySet().retainAll(possible);
    moves.forEach(move -> wished.merge(move, 1, Integer::sum));
    return List.copyOf(moves);
  }

  /**
   * Which stories may have who is idle for what their slow workers hold, as the last look has
   * found: dispatch does not know who is slow. One story at a time, so that none is promised to
   * two; and those that are to spread out, which know whether it helps them. To be told before the
   * moves.
   */
  public List<Offer> offers() {
    return offers;
  }

  /** To which stories such workers are offered. */
  private Set<String> offered(Kind kind, int idleCount, List<Held> holders, List<Move> moves) {
    Set<String> storyIds =
        moves.stream()
            .filter(move -> move.why() == Why.SPREAD)
            .map(Move::storyId)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (idleCount > likely(moves)) {
      turn(kind, holders).ifPresent(storyIds::add);
    }
    return storyIds;
  }

  /** How many of these have not been wished for so long that they will not come soon. */
  private long likely(List<Move> moves) {
    return moves.stream().filter(move -> timesWished(move) < spreadChecks).count();
  }

  /** Whose turn it is to be made an offer; nobody's before the idle have been so for a while. */
  private Optional<String> turn(Kind kind, List<Held> holders) {
    int checks = idleChecks.getOrDefault(kind, 0) - spreadChecks;
    List<String> storyIds =
        holders.stream().filter(it -> it.chunkCount() > 0).map(Held::storyId).distinct().toList();
    return checks < 0 || storyIds.isEmpty()
        ? Optional.empty()
        : Optional.of(storyIds.get(checks / TURN_CHECKS % storyIds.size()));
  }

  /** Looks again, and tells the stories. */
  public void tell(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Predicate<StoryDemand> held,
      BiConsumer<String, StoryCommand> teller) {
    List<Move> moves = check(present, stories, held);
    for (Offer offer : offers) {
      teller.accept(offer.storyId(), new StoryCommand.Offer(offer.idle()));
    }
    for (Move move : moves) {
      teller.accept(move.storyId(), new StoryCommand.Move(move.worker(), move.why()));
    }
  }

  /** Who has nothing to do and nothing to wait for, by what they may render. */
  private static Map<Kind, List<WorkerKey>> idle(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Set<WorkerKey> busy,
      Predicate<StoryDemand> held) {
    Map<Kind, List<WorkerKey>> idle = new HashMap<>();
    for (Seat seat : present) {
      if (!seat.draining() && !busy.contains(seat.key())) {
        idle.computeIfAbsent(Kind.of(seat), _ -> new ArrayList<>()).add(seat.key());
      }
    }
    for (StoryDemand story : stories) {
      idle.keySet().removeIf(kind -> kind.covers(story) && mayWant(story, kind.pin(), held));
    }
    return idle;
  }

  /** Whether such workers may soon have something of the story to do. */
  private static boolean mayWant(StoryDemand story, Pin pin, Predicate<StoryDemand> held) {
    if (story.pin().isEmpty()) {
      return true; // It may become anybody's.
    }
    // What goes on is dealt out whatever its tenant has.
    boolean mayBegin = !held.test(story);
    return story.pin().get().equals(pin)
        && story.shots().stream().anyMatch(shot -> mayBegin || !shot.isNew());
  }

  /** Who holds how many chunks of one shot, in the order of the stories. */
  private static List<Held> holders(Kind kind, Collection<StoryDemand> stories) {
    List<Held> held = new ArrayList<>();
    stories.stream()
        .filter(story -> kind.covers(story) && story.pin().filter(kind.pin()::equals).isPresent())
        .sorted(Comparator.comparingLong(StoryDemand::sequence))
        .forEach(
            story ->
                story
                    .holders()
                    .forEach(
                        holder ->
                            held.add(
                                new Held(
                                    kind.pin(),
                                    story.storyId(),
                                    holder.worker(),
                                    mostOfAShot(holder.orders())))));
    return held;
  }

  private static int mostOfAShot(List<Order> orders) {
    return orders.stream()
        .map(Order::lease)
        .filter(lease -> lease.kind() == LeaseToken.Kind.CHUNK)
        .collect(Collectors.groupingBy(LeaseToken::shotIndex, Collectors.summingInt(it -> 1)))
        .values()
        .stream()
        .max(Integer::compare)
        .orElse(0);
  }

  private List<Move> moves(Kind kind, int idleCount, Collection<Seat> present, List<Held> held) {
    int checks = idleChecks.getOrDefault(kind, 0);
    Set<WorkerKey> draining =
        present.stream().filter(Seat::draining).map(Seat::key).collect(Collectors.toSet());
    List<Move> moves = new ArrayList<>();
    if (checks >= drainChecks) {
      held.stream()
          .filter(it -> it.chunkCount() > 0 && draining.contains(it.worker()))
          .forEach(it -> moves.add(it.move(Why.DRAINS)));
    }
    // Whoever has not moved for so long will not soon: nobody is kept idle for it.
    long kept = likely(moves);
    if (checks >= spreadChecks && kept < idleCount) {
      held.stream()
          .filter(it -> it.chunkCount() > 1 && !draining.contains(it.worker()))
          .sorted(
              comparingInt((Held it) -> timesWished(it.move(Why.SPREAD)))
                  .thenComparing(comparingInt(Held::chunkCount).reversed()))
          .limit(idleCount - kept)
          .forEach(it -> moves.add(it.move(Why.SPREAD)));
    }
    return moves;
  }

  private int timesWished(Move move) {
    return wished.getOrDefault(move, 0);
  }
}
