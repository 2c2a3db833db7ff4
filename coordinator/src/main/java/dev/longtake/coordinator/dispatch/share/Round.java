package dev.longtake.coordinator.dispatch.share;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whose turn it is, while work is dealt out once: what the books say, and what was dealt out since.
 * Changed in place: one owner.
 *
 * <p>The next worker goes to the tenant with the lowest <em>claim</em>: the time that it has used,
 * and what its workers will use in the next minutes, over its weight. What was used makes up for
 * unequal chunks and for what could not be dealt out evenly; what is held keeps a tenant from
 * getting every worker that becomes free until the first of them shows in what it has used. Because
 * used time is forgotten by and by, a tenant that waits comes to its turn however low its weight
 * is, and one that had the farm for itself does not pay for it all day.
 */
public final class Round {

  /** What a worker counts in advance, in milliseconds: about as long as a shot may take. */
  private static final double AHEAD = 600_000;

  private static final class Begun {
    private long workers;
    private int chunks;
  }

  private final Books books;
  private final TenantTerms terms;
  private final Map<String, Begun> begun = new HashMap<>();
  private final Set<String> refused = new HashSet<>();

  /** Nothing was dealt out yet. */
  public Round(Books books, TenantTerms terms) {
    this.books = books;
    this.terms = terms;
  }

  private Begun begun(String tenant) {
    return begun.computeIfAbsent(tenant, key -> new Begun());
  }

  /**
   * What it has had, over its weight, in milliseconds of one worker's time: the lowest is next.
   * Used time and {@link #AHEAD} for each worker that it has.
   */
  public double claim(String tenant) {
    double workers = (double) workers(tenant) / Books.WORKER;
    return (books.used(tenant) + workers * AHEAD) / terms.of(tenant).weight();
  }

  /**
   * Whether a shot of so many chunks may begin. One that has more than the tenant may have under
   * way begins when it has nothing else: it would wait for ever otherwise.
   */
  public boolean mayBegin(String tenant, int chunks) {
    boolean may = !books.isStopped(tenant) && (running(tenant) == 0 || chunks <= room(tenant));
    if (!may) {
      refused.add(tenant);
    }
    return may;
  }

  /** Chunks that it has under way, or is to have. */
  public int running(String tenant) {
    return books.chunks(tenant) + begun(tenant).chunks;
  }

  private int room(String tenant) {
    return terms.of(tenant).chunksMax().orElse(Integer.MAX_VALUE) - running(tenant);
  }

  /** Whether its quota keeps something of it from beginning. */
  public boolean isHeld(String tenant) {
    return books.isStopped(tenant) || room(tenant) <= 0 || refused.contains(tenant);
  }

  /** The workers that work for it or are to, in parts of {@link Books#WORKER}. */
  public long workers(String tenant) {
    return books.workers(tenant) + begun(tenant).workers;
  }

  /**
   * Of a tenant's shots that wait for workers of one kind, about how many could begin now: as many
   * of average size as it may have more under way. One at least of a tenant that has nothing, as
   * {@link #mayBegin} says. More would have workers kept for shots that cannot begin; fewer would
   * spread the first ones too wide.
   */
  public int beginsMax(String tenant, Line line) {
    return beginsMax(tenant, line.waitingShots());
  }

  /** The same of those among a tenant's steps. */
  public int beginsMax(String tenant, Collection<Step> steps) {
    return beginsMax(tenant, Step.begins(steps));
  }

  private int beginsMax(String tenant, NewShots shots) {
    if (books.isStopped(tenant) || shots.count() == 0) {
      return 0;
    }
    return Math.max(running(tenant) == 0 ? 1 : 0, shots.fitting(Math.max(0, room(tenant))));
  }

  /** A shot of so many chunks goes to so many idle workers. */
  public void begin(String tenant, int workers, int chunks) {
    Begun sum = begun(tenant);
    sum.workers += workers * Books.WORKER;
    sum.chunks += chunks;
  }
}
