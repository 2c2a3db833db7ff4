package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.share.TenantTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each tenant has got of the farm, hour by hour, and how long its films waited for their first
 * worker.
 *
 * <p>A tenant's fair part of an hour is that of what all got in it, by the weights of those that
 * wanted something all the time; only they are compared.
 */
final class ShareFigures {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  private static final class Tenant {
    private int workers;
    private long got;
    private long sum;
    private boolean wantedAlways = true;
    private long longestShot;
    private final List<Long> waits = new ArrayList<>();
  }

  private final TenantTerms terms;
  private final Map<String, Tenant> tenants = new TreeMap<>();
  private final List<Double> errors = new ArrayList<>();
  private double worstExcess;
  private long at;
  private long shots;
  private long shotMax;

  ShareFigures(Collection<String> names, TenantTerms terms) {
    names.forEach(name -> tenants.put(name, new Tenant()));
    this.terms = terms;
  }

  /** Until this time nothing has changed. */
  void goOnUntil(long now, Collection<String> wanting) {
    if (now > at) {
      tenants.forEach((name, tenant) -> tenant.wantedAlways &= wanting.contains(name));
    }
    while (at < now) {
      long end = Math.min(now, (at / HOUR + 1) * HOUR);
      long millis = end - at;
      tenants
          .values()
          .forEach(
              tenant -> {
                tenant.got += tenant.workers * millis;
                tenant.sum += tenant.workers * millis;
              });
      at = end;
      if (at % HOUR == 0) {
        closeHour();
        tenants.forEach((name, tenant) -> tenant.wantedAlways = wanting.contains(name));
      }
    }
  }

  private void closeHour() {
    Map<String, Tenant> always = new HashMap<>(tenants);
    always.values().removeIf(tenant -> !tenant.wantedAlways);
    long all = always.values().stream().mapToLong(tenant -> tenant.got).sum();
    double weights = always.keySet().stream().mapToDouble(it -> terms.of(it).weight()).sum();
    if (always.size() > 1) {
      always.forEach(
          (name, tenant) -> {
            double fair = all * terms.of(name).weight() / weights;
            errors.add(Math.abs(tenant.got - fair) / fair);
            worstExcess = Math.max(worstExcess, Math.abs(tenant.got - fair) / longestShot());
          });
    }
    tenants.values().forEach(tenant -> tenant.got = 0);
  }

  private long longestShot() {
    return tenants.values().stream().mapToLong(tenant -> tenant.longestShot).max().orElseThrow();
  }

  /** So many more workers work for it, or fewer; those that begin will for so long. */
  void workers(String name, int change, long took) {
    Tenant tenant = tenants.get(name);
    tenant.workers += change;
    shotMax = Math.max(shotMax, took);
    tenant.longestShot = Math.max(tenant.longestShot, took * Math.max(change, 0));
    shots += change > 0 ? 1 : 0;
  }

  /** A film has got its first worker. */
  void waited(String name, long millis) {
    tenants.get(name).waits.add(millis);
  }

  /** Hours of tenants that were compared. */
  int hours() {
    return errors.size();
  }

  /** How long a shot took at most, in milliseconds. */
  long shotMax() {
    return shotMax;
  }

  /** All that workers did for a tenant, in milliseconds of theirs. */
  long sum(String name) {
    return tenants.get(name).sum;
  }

  /** Shots that were begun. */
  long shots() {
    return shots;
  }

  /** The largest difference from the fair part in an hour, over that part. */
  double errorMax() {
    return errors.stream().mapToDouble(it -> it).max().orElseThrow();
  }

  /** The mean of it. */
  double errorMean() {
    return errors.stream().mapToDouble(it -> it).average().orElseThrow();
  }

  /** The largest difference in an hour, over the workers' time of the longest shot of all. */
  double errorInShots() {
    return worstExcess;
  }

  /** How long a film of this tenant waited at most, in milliseconds. */
  long waitMax(String name) {
    return tenants.get(name).waits.stream().mapToLong(it -> it).max().orElseThrow();
  }
}
