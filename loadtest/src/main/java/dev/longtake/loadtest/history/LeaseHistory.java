package dev.longtake.loadtest.history;

import dev.longtake.lease.LeaseToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every lease that a simulated worker got over its socket, and what became of it. A lease counts
 * once the worker has said on its stream that it holds it. Safe for any number of threads.
 *
 * <p>Holds an entry for each piece of work and each attempt at it: about 200 bytes a chunk.
 */
public final class LeaseHistory {

  /** How far an attempt came, as its worker saw it. */
  public enum Stage {
    /** An order for it came. */
    RECEIVED,
    /** The worker has said that it holds it. */
    ACKNOWLEDGED,
    /** The worker has said that it is done. */
    REPORTED,
    /** It was reported, and is not ordered any more. */
    TAKEN
  }

  /**
   * An attempt.
   *
   * @param holder the process of the worker that got it
   */
  public record Attempt(int number, String holder, Stage stage) {}

  private final Map<WorkId, List<Attempt>> works = new ConcurrentHashMap<>();
  private final List<String> duplicates = new ArrayList<>();
  private final List<String> backwards = new ArrayList<>();
  private final LongAdder acknowledged = new LongAdder();
  private volatile long lastAcknowledged;
  private final LongAdder firstChunks = new LongAdder();

  /**
   * An order came that this worker did not hold before.
   *
   * @return whether it is the first one for that piece of work
   */
  public boolean received(LeaseToken lease, String holder) {
    return works.compute(WorkId.of(lease), (id, attempts) -> with(attempts, lease, holder)).size()
        == 1;
  }

  private List<Attempt> with(List<Attempt> before, LeaseToken lease, String holder) {
    List<Attempt> attempts = before == null ? new ArrayList<>(1) : before;
    Optional<Attempt> same =
        attempts.stream().filter(it -> it.number() == lease.attempt()).findFirst();
    if (same.isPresent()) {
      if (!same.get().holder().equals(holder)) {
        note(
            duplicates,
            "%s: %s has it, and %s got it".formatted(lease, same.get().holder(), holder));
      }
      return attempts;
    }
    if (attempts.stream().anyMatch(it -> it.number() > lease.attempt())) {
      note(backwards, "%s came to %s after %s".formatted(lease, holder, attempts));
    }
    if (attempts.isEmpty() && lease.kind() == LeaseToken.Kind.CHUNK) {
      firstChunks.increment();
    }
    attempts.add(new Attempt(lease.attempt(), holder, Stage.RECEIVED));
    return attempts;
  }

  private static void note(List<String> list, String what) {
    synchronized (list) {
      list.add(what);
    }
  }

  /** The attempt has come so far. */
  public void reached(LeaseToken lease, String holder, Stage stage) {
    works.computeIfPresent(
        WorkId.of(lease),
        (id, attempts) -> {
          attempts.replaceAll(
              it ->
                  it.number() == lease.attempt()
                          && it.holder().equals(holder)
                          && it.stage().compareTo(stage) < 0
                      ? new Attempt(it.number(), holder, stage)
                      : it);
          return attempts;
        });
    if (stage == Stage.ACKNOWLEDGED) {
      acknowledged.increment();
      lastAcknowledged = System.nanoTime();
    }
  }

  /** Leases that were received and acknowledged. */
  public long leases() {
    return acknowledged.sum();
  }

  /** When, by {@link System#nanoTime}, the last one was acknowledged. */
  public long lastLeaseAt() {
    return lastAcknowledged;
  }

  /** Chunks of which at least one attempt was received. */
  public long chunksLeased() {
    return firstChunks.sum();
  }

  /** Pieces of work of which at least one attempt was received. */
  public int workCount() {
    return works.size();
  }

  /** Attempts at this piece of work, in the order in which they came. */
  public List<Attempt> attempts(WorkId work) {
    List<Attempt> attempts = new ArrayList<>();
    works.computeIfPresent(
        work,
        (id, known) -> {
          attempts.addAll(known);
          return known;
        });
    return attempts;
  }

  /** Attempts that came to two workers, a sentence each. */
  public List<String> duplicates() {
    synchronized (duplicates) {
      return List.copyOf(duplicates);
    }
  }

  /** Attempts that came after a later one, a sentence each. */
  public List<String> backwards() {
    synchronized (backwards) {
      return List.copyOf(backwards);
    }
  }
}
