package dev.longtake.coordinator.workers;

import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.WorkerStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * for the lease timeout. A boot that was never seen supersedes the one that is there; a superseded
 * boot stays superseded.
 *
 * @param <L> the link to a worker
 */
final class WorkerRoster<L> {

  /** Superseded boots remembered per worker. */
  private static final int SUPERSEDED_MAX = 16;

  /** What follows from something that happened. */
  sealed interface Change<L> {

    /** The worker is there, there again over another link, or has changed. */
    record Present<L>(Seat seat, L link) implements Change<L> {}

    /** The worker is lost or superseded: what it holds is to be taken back. */
    record Absent<L>(WorkerKey worker) implements Change<L> {}

    /** This link belongs to a superseded boot. */
    record Superseded<L>(L link) implements Change<L> {}

    /** This link is of no use any more: silent, or replaced by another one of the same boot. */
    record Useless<L>(L link) implements Change<L> {}

    /** There are too many workers. */
    record Refused<L>(L link) implements Change<L> {}
  }

  private record Entry<L>(Seat seat, L link, Instant heardAt, Optional<Instant> brokenAt) {}

  private final Duration grace;
  private final Duration timeout;
  private final int workersMax;
  private final Map<String, Entry<L>> entries = new TreeMap<>();
  private final Map<String, Set<String>> superseded = new LinkedHashMap<>();

  WorkerRoster(Duration grace, Duration timeout, int workersMax) {
    this.grace = grace;
    this.timeout = timeout;
    this.workersMax = workersMax;
  }

  /** Workers that are there. */
  int size() {
    return entries.size();
  }

  /** Whether this boot is the one that is there, over this link. */
  boolean isCurrent(WorkerKey worker, L link) {
    Entry<L> entry = entries.get(worker.workerId());
    return entry != null && entry.seat().key().equals(worker) && entry.link().equals(link);
  }

  /** A worker said what it is and holds. */
  List<Change<L>> hear(L link, WorkerStatement statement, Instant now) {
    Seat seat =
        new Seat(
            new WorkerKey(statement.workerId(), statement.bootId()),
            statement.engineClass(),
            statement.model(),
            statement.draining());
    String id = statement.workerId();
    if (superseded.getOrDefault(id, Set.of()).contains(statement.bootId())) {
      return List.of(new Change.Superseded<>(link));
    }
    Entry<L> known = entries.get(id);
    if (known == null && entries.size() >= workersMax) {
      return List.of(new Change.Refused<>(link));
    }
    entries.put(id, new Entry<>(seat, link, now, Optional.empty()));
    List<Change<L>> changes = new ArrayList<>();
    if (known != null && !known.seat().key().equals(seat.key())) {
      rememberSuperseded(id, known.seat().key().bootId());
      changes.add(new Change.Superseded<>(known.link()));
      changes.add(new Change.Absent<>(known.seat().key()));
    } else if (known != null && !known.link().equals(link)) {
      changes.add(new Change.Useless<>(known.link()));
    }
    if (known == null || !known.link().equals(link) || !known.seat().equals(seat)) {
      changes.add(new Change.Present<>(seat, link));
    }
    return changes;
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

  /** A stream broke or ended. */
  void lose(L link, Instant now) {
    entries.replaceAll(
        (id, entry) ->
            entry.link().equals(link) && entry.brokenAt().isEmpty()
                ? new Entry<>(entry.seat(), link, entry.heardAt(), Optional.of(now))
                : entry);
  }

  /** Time has passed. */
  List<Change<L>> tick(Instant now) {
    List<Change<L>> changes = new ArrayList<>();
    for (Entry<L> entry : List.copyOf(entries.values())) {
      boolean isGone =
          entry.brokenAt().isPresent() && !now.isBefore(entry.brokenAt().get().plus(grace));
      boolean isSilent = !now.isBefore(entry.heardAt().plus(timeout));
      if (isGone || isSilent) {
        entries.remove(entry.seat().key().workerId());
        changes.add(new Change.Absent<>(entry.seat().key()));
        changes.add(new Change.Useless<>(entry.link()));
      }
    }
    return changes;
  }
}
