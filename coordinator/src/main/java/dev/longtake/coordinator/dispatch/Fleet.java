package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.share.Accounts;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.story.WorkerKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the coordinators of a farm have told: their workers and their stories. Nothing in it could
 * not be asked for again. Pure, but changed in place: one owner.
 *
 * <p>Each coordinator numbers what it tells. One that is not known, or of which something was
 * missed, has to begin again. Of what two of them say about the same worker the newer connection
 * counts, and of a story the newer version, so that a coordinator that was frozen or cut off cannot
 * bring back what is over.
 *
 * <p>{@link Board} and {@link Holdings} follow every change, so that nobody has to look through all
 * stories or workers to see what is to be done.
 */
final class Fleet {

  /** Who speaks for a story whose actor has stopped. */
  private static final String NOBODY = "";

  private record Told(String node, StoryDemand what) {

    /** The same, told by nobody if it was told by this one. */
    private Told without(String gone) {
      return node.equals(gone) ? new Told(NOBODY, what) : this;
    }
  }

  private final Asks asks;
  private final Map<String, Long> numbers = new HashMap<>();
  private final Seats seats = new Seats();
  private final Map<String, Told> stories = new TreeMap<>();
  private final Endings ended = new Endings();
  private final Set<String> doubtful = new HashSet<>();

  /** The stories as board and holdings know them. */
  private final Map<String, StoryDemand> shown = new HashMap<>();

  private final Accounts accounts;
  private final Board board;
  private final Holdings holdings = new Holdings();
  private ChunkCounts chunks = ChunkCounts.NONE;

  /**
   * Nothing was told yet.
   *
   * @param checksMax so many checks go by before a lease that was asked for, and of which nothing
   *     was heard, is given up
   */
  Fleet(int checksMax, ShareSettings shares) {
    asks = new Asks(checksMax);
    accounts = new Accounts(shares);
    board = new Board(accounts);
  }

  /**
   * A coordinator begins again: all that it told before is void. Its stories stay, because their
   * workers go on, but nobody speaks for them until they are told again: they may have ended.
   *
   * @param number the last one before those that follow
   */
  void begin(String node, long number) {
    numbers.put(node, number);
    removeSeats(node);
    stories.replaceAll((id, told) -> told.without(node));
  }

  private void removeSeats(String node) {
    seats.removeOf(node).forEach(this::showSeat);
  }

  private void showSeat(WorkerKey worker) {
    board.seat(worker, seats.find(worker));
    holdings.seat(worker, has(worker));
  }

  private void showStory(String storyId) {
    StoryDemand before = shown.remove(storyId);
    if (before != null) {
      board.remove(before);
      holdings.remove(before);
      chunks = chunks.minus(before.chunks());
    }
    accounts.forget(storyId);
    Told told = stories.get(storyId);
    if (told != null) {
      StoryDemand now = mayWant(storyId) ? told.what() : told.what().withoutWants();
      shown.put(storyId, now);
      board.add(now);
      holdings.add(now);
      chunks = chunks.plus(now.chunks());
      accounts.takenBack(storyId, now.claimant().tenant(), told.what().takenBack());
    }
  }

  /** Whether a story gets anything: nothing was asked of it that it has not told of. */
  boolean mayWant(String storyId) {
    return !doubtful.contains(storyId) && !asks.has(storyId);
  }

  /** Whether nothing of this coordinator was missed up to this number. */
  boolean isUpTo(String node, long number) {
    return numbers.getOrDefault(node, -1L) == number;
  }

  /** Whether this coordinator has told anything since it was last lost. */
  boolean knows(String node) {
    return numbers.containsKey(node);
  }

  /**
   * Takes what a coordinator tells.
   *
   * @return false if it has to begin again, and nothing was taken
   */
  boolean hear(String node, long number, NodeNews news) {
    if (!isUpTo(node, number - 1)) {
      return false;
    }
    numbers.put(node, number);
    switch (news) {
      case NodeNews.WorkerHere(Seat seat) -> {
        seats.here(node, seat);
        showSeat(seat.key());
      }
      case NodeNews.WorkerLost(WorkerKey worker, boolean died) -> {
        seats.lost(node, worker);
        showSeat(worker);
      }
      case NodeNews.StoryWants(StoryDemand demand) -> {
        doubtful.remove(demand.storyId());
        if (demand.version() > ended.version(demand.storyId())) {
          ended.forget(demand.storyId()); // It was tried again.
          stories.merge(
              demand.storyId(),
              new Told(node, demand),
              (old, now) -> old.what().version() > now.what().version() ? old : now);
        }
        showStory(demand.storyId());
        settle(demand.storyId());
      }
      case NodeNews.StoryEnded(String storyId, long version) -> end(storyId, version);
      case NodeNews.StoryLeft(String storyId) ->
          stories.computeIfPresent(storyId, (id, told) -> told.without(node));
    }
    return true;
  }

  private void end(String storyId, long version) {
    stories.remove(storyId);
    doubtful.remove(storyId);
    ended.note(storyId, version);
    showStory(storyId);
    settle(storyId);
  }

  /**
   * A story is asked for a lease: until it has told what came of that, it wants nothing more, and
   * the workers count as holding it.
   *
   * @return the number that its answer is to bear
   */
  long ask(Assignment.Lease lease) {
    boolean isMore = asks.has(lease.storyId());
    long number = asks.ask(lease);
    board.expect(lease, 1);
    if (!isMore) {
      showStory(lease.storyId());
    }
    return number;
  }

  /**
   * A story has answered that it has leased something, or has not, or has not answered: then it is
   * not as it was told, and gets nothing more until it tells again.
   *
   * @param asked what {@link #ask} gave
   * @param version of the story after it; 0 if that is not known
   */
  void answer(long asked, String storyId, boolean isLeased, long version) {
    asks.answer(asked, storyId, version);
    if (!isLeased) {
      doubtful.add(storyId);
      showStory(storyId);
    }
    settle(storyId);
  }

  /** Time has passed; what was asked for too long ago is given up. */
  void check() {
    for (String storyId : asks.check()) {
      doubtful.add(storyId);
      forgetAsk(storyId);
    }
  }

  private void settle(String storyId) {
    if (!doubtful.contains(storyId) && asks.isSettled(storyId, this::versionTold)) {
      forgetAsk(storyId);
    }
  }

  private void forgetAsk(String storyId) {
    asks.settle(storyId).forEach(lease -> board.expect(lease, -1));
    showStory(storyId);
  }

  /** The newest version of a story that was told; its end is later than all. */
  private long versionTold(String storyId) {
    Told story = stories.get(storyId);
    return story != null ? story.what().version() : ended.has(storyId) ? Long.MAX_VALUE : -1;
  }

  /** A coordinator has left the farm. Its stories stay until another one tells of them. */
  void lose(String node) {
    numbers.remove(node);
    removeSeats(node);
  }

  /** The workers that are there. */
  List<Seat> seats() {
    return seats.list();
  }

  /** Whether this worker is there. */
  boolean has(WorkerKey worker) {
    return seats.find(worker).isPresent();
  }

  /** The coordinator that this worker is connected to. */
  Optional<String> nodeOf(WorkerKey worker) {
    return seats.nodeOf(worker);
  }

  /** What the open stories want. */
  List<StoryDemand> stories() {
    return stories.values().stream().map(Told::what).toList();
  }

  /** What there is to deal out. */
  Board board() {
    return board;
  }

  /** What is to be done now, see {@link DispatchPolicy}. */
  List<Assignment> assign() {
    return board.assign();
  }

  /** What tenants hold and have used; it is to be told what time it is. */
  Accounts accounts() {
    return accounts;
  }

  /** What workers hold. */
  Holdings holdings() {
    return holdings;
  }

  /** Where the chunks of all open stories stand. */
  ChunkCounts chunks() {
    return chunks;
  }

  /** What stories were asked for and have not told of. */
  List<Assignment.Lease> asked() {
    return asks.leases();
  }

  /**
   * Stories to be asked how they stand: open ones of which no coordinator that is there has told,
   * and those that nobody speaks for, which may have ended: their workers would stay busy for ever.
   */
  Set<String> unheard(Collection<String> open) {
    Set<String> unheard = new HashSet<>(open);
    unheard.addAll(stories.keySet());
    unheard.removeIf(
        storyId -> {
          Told told = stories.get(storyId);
          return told == null
              ? ended.has(storyId)
              : knows(told.node()) && !doubtful.contains(storyId);
        });
    return unheard;
  }
}
