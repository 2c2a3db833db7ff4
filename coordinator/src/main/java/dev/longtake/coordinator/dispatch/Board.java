package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.Crew.Member;
import dev.longtake.coordinator.dispatch.StoryDemand.Holder;
import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.dispatch.StoryDemand.Place;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What there is to deal out and to whom, kept up to date by each change: what is done now costs
 * what is dealt out, and not what there is. {@link DispatchPolicy} is the definition of it; a test
 * compares the two. Changed in place: one owner.
 */
final class Board {

  /**
   * What waits for workers of one kind.
   *
   * @param isVacant whether none is there that takes anything
   */
  record Waiting(int chunks, boolean isVacant) {}

  private final Map<Pin, Queues> queues = new HashMap<>();
  private final Map<WorkerKey, Member> members = new HashMap<>();
  private final NavigableMap<Place, StoryDemand> unpinned = new TreeMap<>();
  private final Map<String, Place> places = new HashMap<>();

  /** A worker is there so; empty if it is not. */
  void seat(WorkerKey key, Optional<Seat> now) {
    Optional<Seat> willing = now.filter(seat -> !seat.draining());
    Member member = members.computeIfAbsent(key, Member::new);
    member.sit(
        willing,
        willing.map(
            seat -> of(new Pin(seat.engineClass(), seat.model().identity().digest())).crew));
    forgetIfPossible(member);
  }

  private Queues of(Pin pin) {
    return queues.computeIfAbsent(pin, key -> new Queues());
  }

  private void forgetIfPossible(Member member) {
    if (member.isForgettable()) {
      members.remove(member.key);
    }
  }

  /** A story wants this and holds that. */
  void add(StoryDemand story) {
    places.put(story.storyId(), Place.of(story));
    story
        .pin()
        .ifPresentOrElse(pin -> of(pin).add(story), () -> unpinned.put(Place.of(story), story));
    story.holders().forEach(holder -> hold(holder, 1));
  }

  /** A story that was added has changed, or has ended. */
  void remove(StoryDemand story) {
    places.remove(story.storyId());
    unpinned.remove(Place.of(story));
    story.pin().ifPresent(pin -> of(pin).remove(story));
    story.holders().forEach(holder -> hold(holder, -1));
  }

  private void hold(Holder holder, int sign) {
    int chunks = 0;
    int segments = 0;
    for (Order order : holder.orders()) {
      switch (order.lease().kind()) {
        case CHUNK -> chunks += sign;
        case SEGMENT -> segments += sign;
      }
    }
    Member member = members.computeIfAbsent(holder.worker(), Member::new);
    member.hold(chunks, segments);
    forgetIfPossible(member);
  }

  /** A worker is to get this, or has got it and its story says so: plus or minus one. */
  void expect(Assignment.Lease lease, int sign) {
    for (Grant grant : lease.grants()) {
      Member member = members.computeIfAbsent(grant.worker(), Member::new);
      switch (lease.kind()) {
        case CHUNK -> member.hold(sign, 0);
        case SEGMENT -> member.hold(0, sign);
      }
      forgetIfPossible(member);
    }
  }

  /** What is to be done now, in the order of the stories. */
  List<Assignment> assign() {
    List<Assignment> assignments = new ArrayList<>();
    preferred().ifPresent(seat -> pinAll(seat, assignments));
    queues.values().forEach(queue -> queue.deal(assignments));
    assignments.sort((a, b) -> place(a).compareTo(place(b)));
    return assignments;
  }

  /** What waits, by what may render it. */
  Map<Pin, Waiting> waiting() {
    Map<Pin, Waiting> waiting = new HashMap<>();
    queues.forEach(
        (pin, queue) ->
            waiting.put(pin, new Waiting(queue.waitingChunks(), queue.crew.size() == 0)));
    return waiting;
  }

  /** Whether no such worker is there that takes anything. */
  boolean isVacant(Pin pin) {
    Queues queue = queues.get(pin);
    return queue == null || queue.crew.size() == 0;
  }

  private Place place(Assignment assignment) {
    Place place = places.get(assignment.storyId());
    if (place == null) {
      throw new IllegalStateException("no story " + assignment.storyId() + " on the board");
    }
    return place;
  }

  private void pinAll(Seat seat, List<Assignment> into) {
    for (StoryDemand story : unpinned.values()) {
      into.add(new Assignment.Pin(story.storyId(), seat.model(), seat.engineClass()));
    }
  }

  /** The first worker of what most workers are; of several, of the first. */
  private Optional<Seat> preferred() {
    Optional<Map.Entry<Pin, Queues>> most = Optional.empty();
    for (Map.Entry<Pin, Queues> entry : queues.entrySet()) {
      if (entry.getValue().crew.size() > 0
          && most.filter(it -> compare(it, entry) <= 0).isEmpty()) {
        most = Optional.of(entry);
      }
    }
    return most.map(entry -> entry.getValue().crew.first().seat());
  }

  private static int compare(Map.Entry<Pin, Queues> a, Map.Entry<Pin, Queues> b) {
    int bySize = Integer.compare(b.getValue().crew.size(), a.getValue().crew.size());
    int byClass = a.getKey().engineClass().compareTo(b.getKey().engineClass());
    int byModel = a.getKey().model().hex().compareTo(b.getKey().model().hex());
    return bySize != 0 ? bySize : byClass != 0 ? byClass : byModel;
  }
}
