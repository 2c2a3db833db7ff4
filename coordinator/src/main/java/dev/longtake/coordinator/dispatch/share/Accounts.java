package dev.longtake.coordinator.dispatch.share;

import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What each tenant holds and has used, kept up to date by each change at the cost of what changes.
 * Has no clock: it is told what time it is. Changed in place: one owner.
 */
public final class Accounts implements Books {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  /** A clock that is off by more, in milliseconds, was set and does not only run fast or slow. */
  private static final long JUMP = 1_000;

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
  private final Map<WorkerKey, Map<Payer, Integer>> leases = new HashMap<>();
  private final Map<String, TakenBack> takenBack = new HashMap<>();

  /** What was not written down yet. */
  private final Map<Payer, Meter> unwritten = new HashMap<>();

  private Moment now = Moment.NEVER;

  /** Nobody holds anything. */
  public Accounts(ShareSettings settings) {
    this.settings = settings;
  }

  /** How workers are shared. */
  public ShareSettings settings() {
    return settings;
  }

  /** It is so late; if no more time went by than the last time, that changes nothing. */
  public void setTime(Moment moment) {
    Moment latest = moment.orLater(now);
    Moment expected = now.after(latest.steady() - now.steady());
    if (Math.abs(latest.wall() - expected.wall()) > JUMP) {
      // The clock was set: what was used until then fell into the hours that it showed.
      now = expected;
      accounts.values().forEach(account -> account.use.today(now));
      unwritten.values().forEach(meter -> meter.used(now));
    }
    now = latest;
  }

  /** What it is told. */
  public Moment time() {
    return now;
  }

  private Account account(String tenant) {
    return accounts.computeIfAbsent(tenant, key -> new Account(new Use(settings.halfLife(), now)));
  }

  /** Tenants of which anything was heard. */
  public Set<String> tenants() {
    return Set.copyOf(accounts.keySet());
  }

  /** A worker holds so many more leases of a story, or fewer. */
  public void hold(WorkerKey worker, Payer payer, int change) {
    Map<Payer, Integer> held = leases.computeIfAbsent(worker, key -> new HashMap<>());
    spread(held, -1);
    held.merge(payer, change, Integer::sum);
    held.remove(payer, 0);
    spread(held, 1);
    if (held.isEmpty()) {
      leases.remove(worker);
    }
  }

  /** Puts a worker down to those whose leases it holds, or takes it away from them. */
  private void spread(Map<Payer, Integer> held, int sign) {
    int all = held.values().stream().mapToInt(it -> it).sum();
    Map<String, Integer> byTenant = new HashMap<>();
    held.forEach((payer, count) -> byTenant.merge(payer.tenant(), count, Integer::sum));
    byTenant.forEach(
        (tenant, count) -> account(tenant).use.change(sign * Books.part(count, all), now));
    held.forEach(
        (payer, count) ->
            unwritten
                .computeIfAbsent(payer, key -> new Meter(HOUR, now))
                .change(sign * Books.part(count, all), now));
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

  /**
   * What was used since the last time that it was asked for, in whole milliseconds: whoever asks
   * has it written down.
   */
  public Posting post() {
    List<Spent> spent = new ArrayList<>();
    for (Map.Entry<Payer, Meter> entry : unwritten.entrySet()) {
      NavigableMap<Long, Double> hours = entry.getValue().used(now);
      hours.forEach(
          (hour, millis) -> spent.add(new Spent(entry.getKey(), hour, millis.longValue())));
      hours.replaceAll((hour, millis) -> millis - millis.longValue());
      hours.headMap(entry.getValue().period(now)).clear();
    }
    spent.removeIf(each -> each.millis() == 0);
    unwritten.values().removeIf(meter -> meter.workers() == 0);
    Map<String, Long> faded = new HashMap<>();
    accounts.forEach((tenant, account) -> faded.put(tenant, (long) account.use.faded(now)));
    return new Posting(spent, faded, now.wall());
  }

  /**
   * This was used, as it was written down last. What was used since the beginning is forgotten:
   * somebody else may have counted it.
   */
  public void restore(Collection<Remembered> written) {
    accounts.values().forEach(account -> account.use.forget(now));
    unwritten.values().forEach(meter -> meter.used(now).clear());
    written.forEach(tenant -> account(tenant.tenant()).use.restore(tenant, now));
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

  /** The same of each that has used something. */
  public Map<String, Duration> today() {
    return accounts.keySet().stream()
        .filter(tenant -> !today(tenant).isZero())
        .collect(Collectors.toMap(tenant -> tenant, this::today));
  }

  /** When the day ends, in milliseconds since 1970. */
  public long midnight() {
    return (Math.floorDiv(now.wall(), DAY.toMillis()) + 1) * DAY.toMillis();
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

  /** Tenants of which nothing new may begin now, whatever is idle. */
  public Set<String> stopped() {
    return accounts.keySet().stream().filter(this::isStopped).collect(Collectors.toSet());
  }
}
