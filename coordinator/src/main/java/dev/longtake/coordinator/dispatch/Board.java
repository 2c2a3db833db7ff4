package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.Crew.Member;
import dev.longtake.coordinator.dispatch.StoryDemand.Holder;
import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.dispatch.StoryDemand.Place;
import dev.longtake.coordinator.dispatch.share.Accounts;
import dev.longtake.coordinator.dispatch.share.Payer;
import dev.longtake.coordinator.dispatch.share.Round;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.Shares;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import dev.longtake.story.status.TenantStatus;
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
   * What waits of one tenant for workers of one kind.
   *
   * @param isVacant whether none is there that takes anything
   */
  record Waiting(Pin pin, String tenant, int chunks, boolean isVacant) {}

  private final Accounts accounts;
  private Round round;
  private final Map<Pin, Queues> queues = new TreeMap<>(Pin.ORDER);
  private final Map<WorkerKey, Member> members = new HashMap<>();
  private final NavigableMap<Place, StoryDemand> unpinned = new TreeMap<>();
  private final Map<String, Place> places = new HashMap<>();

  Board(Accounts accounts) {
    this.accounts = accounts;
    this.round = new Round(accounts, accounts.settings().tenants());
  }

  /** A worker is there so; empty if it is not. */
  void seat(WorkerKey key, Optional<Seat> now) {
    Optional<Seat> willing = now.filter(seat -> !seat.draining());
    Member member = members.computeIfAbsent(key, Member::new);
    member.sit(willing, willing.map(seat -> of(seat.pin()).crew(seat.scope())));
    forgetIfPossible(member);
  }

  private Queues of(Pin pin) {
    return queues.computeIfAbsent(pin, key -> new Queues(accounts.settings()));
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
    story.holders().forEach(holder -> hold(story, holder, 1));
  }

  /** A story that was added has changed, or has ended. */
  void remove(StoryDemand story) {
    places.remove(story.storyId());
    unpinned.remove(Place.of(story));
    story.pin().ifPresent(pin -> of(pin).remove(story));
    story.holders().forEach(holder -> hold(story, holder, -1));
  }

  private void hold(StoryDemand story, Holder holder, int sign) {
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
    String tenant = story.claimant().tenant();
    accounts.hold(holder.worker(), new Payer(tenant, story.storyId()), chunks + segments);
    accounts.run(tenant, chunks);
  }

  /** A worker is to get this, or has got it and its story says so: plus or minus one. */
  void expect(Assignment.Lease lease, int sign) {
    var payer = new Payer(lease.tenant(), lease.storyId());
    for (Grant grant : lease.grants()) {
      Member member = members.computeIfAbsent(grant.worker(), Member::new);
      switch (lease.kind()) {
        case CHUNK -> {
          member.hold(sign, 0);
          accounts.run(lease.tenant(), sign);
        }
        case SEGMENT -> member.hold(0, sign);
      }
      accounts.hold(grant.worker(), payer, sign);
      forgetIfPossible(member);
    }
  }

  /** What is to be done now, in the order of the stories. */
  List<Assignment> assign() {
    List<Assignment> assignments = new ArrayList<>();
    pinAll(assignments);
    round = new Round(accounts, accounts.settings().tenants());
    queues.values().forEach(queue -> queue.deal(round, assignments));
    assignments.sort((a, b) -> place(a).compareTo(place(b)));
    return assignments;
  }

  /** What waits, by what may render it and whose it is. */
  List<Waiting> waiting() {
    List<Waiting> waiting = new ArrayList<>();
    queues.forEach(
        (pin, queue) ->
            queue
                .lines()
                .forEach(
                    (tenant, line) ->
                        waiting.add(
                            new Waiting(
                                pin, tenant, line.waitingChunks(), isVacant(pin, tenant)))));
    return waiting;
  }

  /** How workers are shared. */
  ShareSettings settings() {
    return accounts.settings();
  }

  /** How what waits is shared out, as it was when it was last seen what is to be done. */
  Shares shares() {
    return new Shares(
        round,
        accounts,
        queues.values().stream().flatMap(queue -> queue.lines().keySet().stream()).toList());
  }

  /** What tenants have of the workers, as it is now. */
  List<TenantStatus> tenants() {
    Map<String, Integer> waiting = new TreeMap<>();
    waiting().forEach(it -> waiting.merge(it.tenant(), it.chunks(), Integer::sum));
    var now = new Round(accounts, accounts.settings().tenants());
    return new Shares(now, accounts, waiting.keySet()).statuses(waiting);
  }

  /** Whether no such worker is there that takes anything of this tenant. */
  boolean isVacant(Pin pin, String tenant) {
    Queues queue = queues.get(pin);
    return queue == null || queue.hands(tenant).size() == 0;
  }

  private Place place(Assignment assignment) {
    Place place = places.get(assignment.storyId());
    if (place == null) {
      throw new IllegalStateException("no story " + assignment.storyId() + " on the board");
    }
    return place;
  }

  private void pinAll(List<Assignment> into) {
    Map<String, Optional<Seat>> preferred = new HashMap<>();
    for (StoryDemand story : unpinned.values()) {
      preferred
          .computeIfAbsent(story.claimant().tenant(), this::preferred)
          .ifPresent(
              seat ->
                  into.add(new Assignment.Pin(story.storyId(), seat.model(), seat.engineClass())));
    }
  }

  /** The first worker of what most of a tenant's workers are; of several, of the first. */
  private Optional<Seat> preferred(String tenant) {
    Optional<Map.Entry<Pin, Queues>> most = Optional.empty();
    for (Map.Entry<Pin, Queues> entry : queues.entrySet()) {
      if (entry.getValue().hands(tenant).size() > 0
          && most.filter(it -> compare(it, entry, tenant) <= 0).isEmpty()) {
        most = Optional.of(entry);
      }
    }
    return most.flatMap(entry -> entry.getValue().hands(tenant).first()).map(Member::seat);
  }

  private static int compare(Map.Entry<Pin, Queues> a, Map.Entry<Pin, Queues> b, String tenant) {
    int bySize =
        Integer.compare(b.getValue().hands(tenant).size(), a.getValue().hands(tenant).size());
    int byClass = a.getKey().engineClass().compareTo(b.getKey().engineClass());
    int byModel = a.getKey().model().hex().compareTo(b.getKey().model().hex());
    return bySize != 0 ? bySize : byClass != 0 ? byClass : byModel;
  }
}
