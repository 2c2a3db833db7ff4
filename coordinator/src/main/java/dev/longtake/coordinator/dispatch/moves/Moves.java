package dev.longtake.coordinator.dispatch.moves;

import static java.util.Comparator.comparingInt;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds workers whose chunks should go to others that have nothing to do: those that take nothing
 * new, and those that hold several chunks of a shot. Only while nothing waits that such workers
 * could begin, and only if that has been so for a while, because what is about to be dealt out is
 * better for them; stories decide whether and when chunks do move. Has no clock: time is how often
 * it is asked.
 */
public final class Moves {

  /** A wish to a story. */
  public record Move(String storyId, WorkerKey worker, Why why) {}

  /** So long a worker must have had nothing to do before others give it some of theirs. */
  private static final Duration SPREAD_AFTER = Duration.ofSeconds(30);

  private record Held(Pin pin, String storyId, WorkerKey worker, int chunkCount) {

    private Move move(Why why) {
      return new Move(storyId, worker, why);
    }
  }

  private final int drainChecks;
  private final int spreadChecks;
  private final Map<Pin, Integer> idleChecks = new HashMap<>();

  /** How often each was wished for: one that cannot move lets others have their turn. */
  private final Map<Move, Integer> wished = new HashMap<>();

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
   * Looks again; what is still so is wished again.
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
    Map<Pin, Integer> idle = idle(present, stories, busy, held);
    idleChecks.keySet().retainAll(idle.keySet());
    idle.keySet().forEach(pin -> idleChecks.merge(pin, 1, Integer::sum));
    List<Move> moves = new ArrayList<>();
    Set<Move> possible = new HashSet<>();
    idle.forEach(
        (pin, count) -> {
          List<Held> holders = holders(pin, stories);
          holders.forEach(it -> List.of(Why.values()).forEach(why -> possible.add(it.move(why))));
          moves.addAll(moves(pin, count, present, holders));
        });
    wished.keySet().retainAll(possible);
    moves.forEach(move -> wished.merge(move, 1, Integer::sum));
    return moves;
  }

  /** Looks again, and tells the stories. */
  public void tell(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Predicate<StoryDemand> held,
      BiConsumer<String, StoryCommand> teller) {
    for (Move move : check(present, stories, held)) {
      teller.accept(move.storyId(), new StoryCommand.Move(move.worker(), move.why()));
    }
  }

  /** How many have nothing to do and nothing to wait for, by what they may render. */
  private static Map<Pin, Integer> idle(
      Collection<Seat> present,
      Collection<StoryDemand> stories,
      Set<WorkerKey> busy,
      Predicate<StoryDemand> held) {
    Map<Pin, Integer> idle = new HashMap<>();
    if (stories.stream().anyMatch(story -> story.pin().isEmpty())) {
      return idle; // It may become anybody's.
    }
    Set<Pin> wanted = new HashSet<>();
    for (StoryDemand story : stories) {
      // What goes on is dealt out whatever its tenant has.
      boolean mayBegin = !held.test(story);
      if (story.shots().stream().anyMatch(shot -> mayBegin || !shot.isNew())) {
        story.pin().ifPresent(wanted::add);
      }
    }
    for (Seat seat : present) {
      Pin pin = new Pin(seat.engineClass(), seat.model().identity().digest());
      if (!seat.draining() && !busy.contains(seat.key()) && !wanted.contains(pin)) {
        idle.merge(pin, 1, Integer::sum);
      }
    }
    return idle;
  }

  /** Who holds how many chunks of one shot, in the order of the stories. */
  private static List<Held> holders(Pin pin, Collection<StoryDemand> stories) {
    List<Held> held = new ArrayList<>();
    stories.stream()
        .filter(story -> story.pin().filter(pin::equals).isPresent())
        .sorted(Comparator.comparingLong(StoryDemand::sequence))
        .forEach(
            story ->
                story
                    .holders()
                    .forEach(
                        holder ->
                            held.add(
                                new Held(
                                    pin,
                                    story.storyId(),
                                    holder.worker(),
                                    mostOfAShot(holder.orders())))));
    return held;
  }

  private static int mostOfAShot(List<Order> orders) {
    return orders.stream()
        .map(Order::lease)
        .filter(lease -> lease.kind() == Kind.CHUNK)
        .collect(Collectors.groupingBy(LeaseToken::shotIndex, Collectors.summingInt(it -> 1)))
        .values()
        .stream()
        .max(Integer::compare)
        .orElse(0);
  }

  private List<Move> moves(Pin pin, int idleCount, Collection<Seat> present, List<Held> held) {
    int checks = idleChecks.getOrDefault(pin, 0);
    Set<WorkerKey> draining =
        present.stream().filter(Seat::draining).map(Seat::key).collect(Collectors.toSet());
    List<Move> moves = new ArrayList<>();
    if (checks >= drainChecks) {
      held.stream()
          .filter(it -> it.chunkCount() > 0 && draining.contains(it.worker()))
          .forEach(it -> moves.add(it.move(Why.DRAINS)));
    }
    // Whoever has not moved for so long will not soon: nobody is kept idle for it.
    long kept = moves.stream().filter(move -> timesWished(move) < spreadChecks).count();
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
