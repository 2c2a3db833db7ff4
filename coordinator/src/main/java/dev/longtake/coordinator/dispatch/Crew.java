package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import dev.longtake.coordinator.story.WorkerKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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
}
