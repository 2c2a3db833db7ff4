package dev.longtake.coordinator.dispatch.share;

import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each tenant holds and has used, kept up to date by each change at the cost of what changes.
 * Has no clock: it is told what time it is. Changed in place: one owner.
 */
public final class Accounts implements Books {

  private static final class Account {
    private final Use use;
    private int chunks;

    private Account(Use use) {
      this.use = use;
    }
  }

  private record TakenBack(String tenant, int chunks) {}

  private final ShareSettings settings;
  private final Map<String, Account> accounts = new TreeMap<>();
  private final Map<WorkerKey, Map<String, Integer>> leases = new HashMap<>();
  private final Map<String, TakenBack> takenBack = new HashMap<>();
  private long now;

  /** Nobody holds anything. */
  public Accounts(ShareSettings settings) {
    this.settings = settings;
  }

  /** How workers are shared. */
  public ShareSettings settings() {
    return settings;
  }

  /**
   * It is so late; a time before the last one changes nothing.
   *
   * @param millis since 1970
   */
  public void setTime(long millis) {
    now = Math.max(now, millis);
  }

  /** What it is told: milliseconds since 1970, 0 before the first time. */
  public long time() {
    return now;
  }

  private Account account(String tenant) {
    return accounts.computeIfAbsent(tenant, key -> new Account(new Use(settings.halfLife(), now)));
  }

  /** Tenants of which anything was heard. */
  public Set<String> tenants() {
    return Set.copyOf(accounts.keySet());
  }

  /** A worker holds so many more leases of a tenant, or fewer. */
  public void hold(WorkerKey worker, String tenant, int change) {
    Map<String, Integer> held = leases.computeIfAbsent(worker, key -> new HashMap<>());
    spread(held, -1);
    held.merge(tenant, change, Integer::sum);
    held.remove(tenant, 0);
    spread(held, 1);
    if (held.isEmpty()) {
      leases.remove(worker);
    }
  }

  /** Puts a worker down to those whose leases it holds, or takes it away from them. */
  private void spread(Map<String, Integer> held, int sign) {
    int all = held.values().stream().mapToInt(it -> it).sum();
    held.forEach((tenant, count) -> account(tenant).use.change(sign * Books.part(count, all), now));
  }

  /** So many chunks more are under way, or fewer. */
  public void run(String tenant, int change) {
    account(tenant).chunks += change;
  }

  /** So many chunks of a story were taken back and wait for the next worker. */
  public void takenBack(String storyId, String tenant, int chunks) {
    forget(storyId);
    takenBack.put(storyId, new TakenBack(tenant, chunks));
    run(tenant, chunks);
  }

  /** Nothing is known any more of what was taken back of a story. */
  public void forget(String storyId) {
    TakenBack before = takenBack.remove(storyId);
    if (before != null) {
      run(before.tenant(), -before.chunks());
    }
  }

  /** A tenant had used so much at this time, as it was written down. */
  public void remember(String tenant, Duration used, long then) {
    account(tenant).use.remember((double) used.toMillis(), then, now);
  }

  @Override
  public double used(String tenant) {
    return account(tenant).use.faded(now);
  }

  @Override
  public long workers(String tenant) {
    return account(tenant).use.workers();
  }

  @Override
  public int chunks(String tenant) {
    return account(tenant).chunks;
  }

  /** Workers' time since midnight, UTC. */
  public Duration today(String tenant) {
    return Duration.ofMillis((long) account(tenant).use.today(now));
  }

  @Override
  public boolean isStopped(String tenant) {
    return settings
        .tenants()
        .of(tenant)
        .gpuTimeADay()
        .filter(max -> today(tenant).compareTo(max) >= 0)
        .isPresent();
  }
}
