package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import dev.longtake.coordinator.story.WorkerKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Workers that may render one kind of story, all of them for the same tenants, by how much they
 * hold: finds the next one, and takes note of a change, in the logarithm of their number. Changed
 * in place: one owner.
 */
final class Crew {

  /** A worker, whether it is there or not. */
  static final class Member {
    final WorkerKey key;
    private int chunkCount;
    private int segmentCount;
    private Optional<Crew> crew = Optional.empty();
    private Optional<Seat> seat = Optional.empty();

    Member(WorkerKey key) {
      this.key = key;
    }

    /** It is there so; empty if it is not, or wants nothing new. */
    void sit(Optional<Seat> now, Optional<Crew> with) {
      crew.ifPresent(it -> it.remove(this));
      seat = now;
      crew = with;
      crew.ifPresent(it -> it.add(this));
    }

    /** It holds so many more, or less. */
    void hold(int chunks, int segments) {
      crew.ifPresent(it -> it.remove(this));
      chunkCount += chunks;
      segmentCount += segments;
      crew.ifPresent(it -> it.add(this));
    }

    boolean isIdle() {
      return chunkCount == 0;
    }

    /** Whether it works for all tenants; those that do not come first, to leave it for others. */
    boolean isForAll() {
      return seat().scope().isAll();
    }

    boolean isForgettable() {
      return crew.isEmpty() && chunkCount == 0 && segmentCount == 0;
    }

    Seat seat() {
      return seat.orElseThrow();
    }

    WorkerKey key() {
      return key;
    }
  }

  /** Who decodes next. */
  static final Comparator<Member> BY_SEGMENTS =
      comparingInt((Member member) -> member.segmentCount)
          .thenComparingInt(member -> member.chunkCount)
          .thenComparing(Member::isForAll)
          .thenComparing(Member::key);

  /** Who goes on with what was taken back. */
  static final Comparator<Member> BY_CHUNKS =
      comparingInt((Member member) -> member.chunkCount)
          .thenComparing(Member::isForAll)
          .thenComparing(Member::key);

  private final TreeSet<Member> bySegments = new TreeSet<>(BY_SEGMENTS);
  private final TreeSet<Member> byChunks = new TreeSet<>(BY_CHUNKS);
  private final TreeSet<Member> byKey = new TreeSet<>(comparing(Member::key));
  private int idleCount;

  private void add(Member member) {
    bySegments.add(member);
    byChunks.add(member);
    byKey.add(member);
    idleCount += member.isIdle() ? 1 : 0;
  }

  private void remove(Member member) {
    bySegments.remove(member);
    byChunks.remove(member);
    byKey.remove(member);
    idleCount -= member.isIdle() ? 1 : 0;
  }

  int size() {
    return byKey.size();
  }

  int idleCount() {
    return idleCount;
  }

  /** The first of them by name; empty if there is none. */
  Optional<Member> first() {
    return byKey.isEmpty() ? Optional.empty() : Optional.of(byKey.first());
  }

  boolean has(WorkerKey worker) {
    return byKey.contains(new Member(worker));
  }

  /** Whether any could take a segment. */
  boolean hasRoomForSegments() {
    return !bySegments.isEmpty()
        && bySegments.first().segmentCount < DispatchPolicy.SEGMENTS_PER_WORKER_MAX;
  }

  /** The one to decode next that is none of those. */
  Optional<Member> nextDecoder(Set<WorkerKey> avoided) {
    for (Member member : bySegments) {
      if (member.segmentCount >= DispatchPolicy.SEGMENTS_PER_WORKER_MAX) {
        return Optional.empty();
      }
      if (!avoided.contains(member.key)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /** The first idle ones by name, so many of them at most. */
  List<Member> idle(int most) {
    List<Member> idle = new ArrayList<>();
    for (Member member : byChunks) {
      if (!member.isIdle() || idle.size() == most) {
        break;
      }
      idle.add(member);
    }
    return idle;
  }

  /** Those that hold least and are none of those, so many of them at most. */
  List<Member> takers(Set<WorkerKey> avoided, int most) {
    List<Member> takers = new ArrayList<>();
    for (Member member : byChunks) {
      if (takers.size() == most) {
        break;
      }
      if (!avoided.contains(member.key)) {
        takers.add(member);
      }
    }
    return takers;
  }

  /**
   * The workers that may render one kind of story for one tenant: those that are bound to it, and
   * those of all tenants.
   *
   * @param own bound to it; empty if there never was one
   * @param common of all tenants
   */
  record Hands(Optional<Crew> own, Crew common) {

    private Stream<Crew> crews() {
      return Stream.concat(own.stream(), Stream.of(common));
    }

    int size() {
      return ownSize() + common.size();
    }

    private int ownSize() {
      return own.map(Crew::size).orElse(0);
    }

    int idleCount() {
      return ownIdleCount() + common.idleCount();
    }

    private int ownIdleCount() {
      return own.map(Crew::idleCount).orElse(0);
    }

    /** The first of them by name; empty if there is none. */
    Optional<Member> first() {
      return crews().flatMap(crew -> crew.first().stream()).min(comparing(Member::key));
    }

    /** Whether any could take a segment. */
    boolean hasRoomForSegments() {
      return crews().anyMatch(Crew::hasRoomForSegments);
    }

    /** The one to decode next: not the one to be avoided, unless nobody else is there. */
    Optional<Member> nextDecoder(Optional<WorkerKey> avoid) {
      Set<WorkerKey> avoided = avoided(avoid.stream().toList());
      return crews().flatMap(crew -> crew.nextDecoder(avoided).stream()).min(Crew.BY_SEGMENTS);
    }

    /**
     * How many idle workers a new shot may have: its part of those that nobody else can use, and
     * its part of those for which others wait too.
     *
     * @param ownSharers shots of the tenant that wait for them
     * @param allSharers shots of all tenants
     */
    int share(int ownSharers, int allSharers) {
      return share(ownIdleCount(), common.idleCount(), ownSharers, allSharers);
    }

    /** The same of so many idle ones. */
    static int share(int ownIdle, int commonIdle, int ownSharers, int allSharers) {
      return Math.max(1, ownIdle / Math.max(1, ownSharers) + commonIdle / Math.max(1, allSharers));
    }

    /** Idle ones, so many of them at most: those first that can do nothing for others. */
    List<Member> idle(int most) {
      List<Member> idle = new ArrayList<>();
      crews().forEach(crew -> idle.addAll(crew.idle(most - idle.size())));
      return idle;
    }

    /** Those that go on with what was taken back: idle ones, else those that hold least. */
    List<Member> takers(Collection<WorkerKey> avoid, int most) {
      Set<WorkerKey> avoided = avoided(avoid);
      List<Member> takers =
          crews()
              .flatMap(crew -> crew.takers(avoided, most).stream())
              .sorted(Crew.BY_CHUNKS)
              .limit(most)
              .toList();
      boolean isIdleTaken = !takers.isEmpty() && takers.getFirst().isIdle();
      return isIdleTaken ? takers.stream().filter(Member::isIdle).toList() : takers;
    }

    /** Those of them to be avoided; nobody if that would leave nobody. */
    private Set<WorkerKey> avoided(Collection<WorkerKey> avoid) {
      Set<WorkerKey> avoided = new HashSet<>();
      for (WorkerKey key : avoid) {
        if (crews().anyMatch(crew -> crew.has(key))) {
          avoided.add(key);
        }
      }
      return avoided.size() == size() ? Set.of() : avoided;
    }
  }
}
