package dev.longtake.coordinator.workers;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.story.status.TenantScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who is there. Pure, with links as opaque values, but changed in place: one owner.
 *
 * <p>A worker is lost when its stream has been broken for the grace, or when it has said nothing
 * for the lease timeout. One that ends its stream properly has left, at once.
 *
 * <h2>Two processes with one worker id</h2>
 *
 * <p>A restarted worker comes as another boot of the same id, and so does a second machine that was
 * made from the first one's image. They are told apart by whether the boot that is there still
 * answers. If its stream is broken, or it has said nothing for {@link Patience#answer}, it is
 * superseded, and stays so: a process that was frozen and wakes is sent away. Else the newcomer
 * waits, repeating itself, until the one that is there is heard once more, and is then refused.
 *
 * @param <L> the link to a worker
 */
final class WorkerRoster<L> {

  /** Superseded boots remembered per worker. */
  private static final int SUPERSEDED_MAX = 16;

  /**
   * How long a worker is waited for.
   *
   * @param grace to come back after its stream broke
   * @param timeout to say something
   * @param answer to say something when another process wants its place
   */
  record Patience(Duration grace, Duration timeout, Duration answer) {

    /** After so long it is told that a worker is silent. */
    Duration silence() {
      Duration half = timeout.dividedBy(2);
      return half.compareTo(answer) < 0 ? answer : half;
    }
  }

  /** Why a worker is not there any more. */
  enum Cause {
    /** It ended its stream properly. */
    LEFT,
    STREAM_BROKE,
    SILENT,
    /** Another boot has its place, because the stream had broken or nothing was said. */
    REPLACED
  }

  /** Why a worker was not let in. */
  enum Refusal {
    TOO_MANY,
    /** Another process with its id is at work. */
    ID_TAKEN
  }

  /** What follows from something that happened. */
  sealed interface Change<L> {

    /** The worker is there, there again over another link, or has changed. */
    record Present<L>(Seat seat, L link, boolean isNew) implements Change<L> {}

    /**
     * The worker is lost, superseded or gone: what it holds is to be taken back.
     *
     * @param after how long it had said nothing
     */
    record Absent<L>(WorkerKey worker, Cause cause, Duration after) implements Change<L> {}

    /** Nothing was heard for so long; it is not lost yet. */
    record Silent<L>(WorkerKey worker, Duration after) implements Change<L> {}

    /** One that was silent or whose stream had broken is heard again. */
    record HeardAgain<L>(WorkerKey worker, Duration after) implements Change<L> {}

    /** The boot of this link has just lost its place to another one. */
    record Superseded<L>(L link) implements Change<L> {}

    /** A boot that has lost its place is heard again. */
    record SentAway<L>(WorkerKey worker, L link) implements Change<L> {}

    /** This link is of no use any more: silent, or replaced by another one of the same boot. */
    record Useless<L>(L link) implements Change<L> {}

    /**
     * The worker is not let in.
     *
     * @param present the link of the one that has its place, if that is why
     */
    record Refused<L>(WorkerKey worker, L link, Refusal refusal, Optional<L> present)
        implements Change<L> {}
  }

  private record Entry<L>(
      Seat seat, L link, Instant heardAt, Optional<Instant> brokenAt, boolean isToldSilent) {

    private WorkerKey key() {
      return seat.key();
    }

    private Duration silence(Instant now) {
      return Duration.between(heardAt, now);
    }

    private boolean isSilentFor(Duration time, Instant now) {
      return silence(now).compareTo(time) >= 0;
    }
  }

  /** A boot that wants the place of another one. */
  private record Contest(String bootId, Instant since) {}

  private final Patience patience;
  private final int workersMax;
  private final Map<String, Entry<L>> entries = new TreeMap<>();
  private final Map<String, Contest> contests = new HashMap<>();
  private final Map<String, Set<String>> superseded = new LinkedHashMap<>();

  WorkerRoster(Patience patience, int workersMax) {
    this.patience = patience;
    this.workersMax = workersMax;
  }

  /** Workers that are there. */
  int size() {
    return entries.size();
  }

  /** Their links. */
  List<L> links() {
    return entries.values().stream().map(Entry::link).toList();
  }

  /** Whether this boot is the one that is there, over this link. */
  boolean isCurrent(WorkerKey worker, L link) {
    Entry<L> entry = entries.get(worker.workerId());
    return entry != null && entry.key().equals(worker) && entry.link().equals(link);
  }

  /**
   * A worker said what it is and holds.
   *
   * @param scope whose work it may do; that is not for the worker to say
   */
  List<Change<L>> hear(L link, TenantScope scope, WorkerStatement statement, Instant now) {
    Seat seat =
        new Seat(
            new WorkerKey(statement.workerId(), statement.bootId()),
            statement.engineClass(),
            statement.model(),
            statement.draining(),
            statement.connection(),
            scope);
    String id = statement.workerId();
    if (superseded.getOrDefault(id, Set.of()).contains(statement.bootId())) {
      return List.of(new Change.SentAway<>(seat.key(), link));
    }
    Entry<L> known = entries.get(id);
    if (known == null) {
      return entries.size() < workersMax
          ? enter(seat, link, now)
          : List.of(new Change.Refused<>(seat.key(), link, Refusal.TOO_MANY, Optional.empty()));
    }
    return known.key().equals(seat.key())
        ? again(known, seat, link, now)
        : contest(known, seat, link, now);
  }

  private List<Change<L>> enter(Seat seat, L link, Instant now) {
    put(seat, link, now);
    return List.of(new Change.Present<>(seat, link, true));
  }

  private void put(Seat seat, L link, Instant now) {
    entries.put(seat.key().workerId(), new Entry<>(seat, link, now, Optional.empty(), false));
  }

  private List<Change<L>> again(Entry<L> known, Seat seat, L link, Instant now) {
    put(seat, link, now);
    List<Change<L>> changes = new ArrayList<>();
    boolean isAnotherLink = !known.link().equals(link);
    if (isAnotherLink) {
      changes.add(new Change.Useless<>(known.link()));
    }
    if (isAnotherLink || known.isToldSilent()) {
      changes.add(new Change.HeardAgain<>(seat.key(), known.silence(now)));
    }
    if (isAnotherLink || !known.seat().equals(seat)) {
      changes.add(new Change.Present<>(seat, link, false));
    }
    return changes;
  }

  private List<Change<L>> contest(Entry<L> known, Seat seat, L link, Instant now) {
    String id = seat.key().workerId();
    if (known.brokenAt().isPresent() || known.isSilentFor(patience.answer(), now)) {
      return supersede(known, seat, link, now);
    }
    Contest contest = contests.get(id);
    if (contest == null || isOver(contest, now)) {
      contests.put(id, new Contest(seat.key().bootId(), now));
      return List.of();
    }
    if (!contest.bootId().equals(seat.key().bootId())
        || !known.heardAt().isAfter(contest.since())) {
      return List.of(); // It repeats itself, and by then more is known.
    }
    contests.remove(id);
    return List.of(
        new Change.Refused<>(seat.key(), link, Refusal.ID_TAKEN, Optional.of(known.link())));
  }

  /** Whether whoever began it has not repeated itself. */
  private boolean isOver(Contest contest, Instant now) {
    return Duration.between(contest.since(), now).compareTo(patience.answer().multipliedBy(2)) > 0;
  }

  private List<Change<L>> supersede(Entry<L> known, Seat seat, L link, Instant now) {
    String id = seat.key().workerId();
    contests.remove(id);
    rememberSuperseded(id, known.key().bootId());
    put(seat, link, now);
    return List.of(
        new Change.Superseded<>(known.link()),
        new Change.Absent<>(known.key(), Cause.REPLACED, known.silence(now)),
        new Change.Present<>(seat, link, true));
  }

  private void rememberSuperseded(String workerId, String bootId) {
    Set<String> boots = superseded.computeIfAbsent(workerId, id -> new LinkedHashSet<>());
    boots.add(bootId);
    if (boots.size() > SUPERSEDED_MAX) {
      boots.remove(boots.iterator().next());
    }
    if (superseded.size() > workersMax) {
      superseded.remove(superseded.keySet().iterator().next());
    }
  }

  /** A stream broke. */
  void lose(L link, Instant now) {
    entries.replaceAll(
        (id, entry) ->
            entry.link().equals(link) && entry.brokenAt().isEmpty()
                ? new Entry<>(
                    entry.seat(), link, entry.heardAt(), Optional.of(now), entry.isToldSilent())
                : entry);
  }

  /** A worker ended its stream: it goes, and does not come back as this boot. */
  List<Change<L>> leave(L link, Instant now) {
    return entries.values().stream()
        .filter(entry -> entry.link().equals(link))
        .findFirst()
        .map(entry -> List.of(remove(entry, Cause.LEFT, now)))
        .orElse(List.of());
  }

  private Change<L> remove(Entry<L> entry, Cause cause, Instant now) {
    entries.remove(entry.key().workerId());
    contests.remove(entry.key().workerId());
    return new Change.Absent<>(entry.key(), cause, entry.silence(now));
  }

  /** Time has passed. */
  List<Change<L>> tick(Instant now) {
    List<Change<L>> changes = new ArrayList<>();
    for (Entry<L> entry : List.copyOf(entries.values())) {
      boolean isGone =
          entry.brokenAt().isPresent()
              && !now.isBefore(entry.brokenAt().get().plus(patience.grace()));
      if (isGone || entry.isSilentFor(patience.timeout(), now)) {
        changes.add(remove(entry, isGone ? Cause.STREAM_BROKE : Cause.SILENT, now));
        changes.add(new Change.Useless<>(entry.link()));
      } else if (!entry.isToldSilent() && entry.isSilentFor(patience.silence(), now)) {
        entries.put(
            entry.key().workerId(),
            new Entry<>(entry.seat(), entry.link(), entry.heardAt(), entry.brokenAt(), true));
        changes.add(new Change.Silent<>(entry.key(), entry.silence(now)));
      }
    }
    return changes;
  }
}
