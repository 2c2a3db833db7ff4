package dev.longtake.coordinator.dispatch;

import static java.util.Comparator.comparing;

import dev.longtake.coordinator.dispatch.Crew.Member;
import dev.longtake.coordinator.story.WorkerKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
   * How many idle workers a new shot may have: its part of those that nobody else can use, and its
   * part of those for which others wait too.
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
