package dev.longtake.coordinator.dispatch.share;

import dev.longtake.story.status.Reason;
import dev.longtake.story.status.TenantStatus;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What each tenant has of the workers, and why one gets no more of them now. */
public final class Shares {

  private final Round round;
  private final Accounts accounts;
  private final Set<String> active;
  private final double workers;
  private final double weights;

  /**
   * After this round.
   *
   * @param waiting tenants of which something waits
   */
  public Shares(Round round, Accounts accounts, Collection<String> waiting) {
    this.round = round;
    this.accounts = accounts;
    this.active = new TreeSet<>(waiting);
    accounts.tenants().stream().filter(it -> round.workers(it) > 0).forEach(active::add);
    this.workers = active.stream().mapToDouble(this::workers).sum();
    this.weights = active.stream().mapToInt(this::weight).sum();
  }

  private int weight(String tenant) {
    return accounts.settings().tenants().of(tenant).weight();
  }

  /** Those that hold or want something. */
  public Set<String> active() {
    return Set.copyOf(active);
  }

  /** The workers that work for it. */
  public double workers(String tenant) {
    return (double) round.workers(tenant) / Books.WORKER;
  }

  /** Its part of all workers that work for anybody, by the weights of those that are active. */
  public double fair(String tenant) {
    return active.contains(tenant) ? workers * weight(tenant) / weights : 0;
  }

  /**
   * Those that hold or want something, and those that settings name, by name.
   *
   * @param waiting chunks that wait for a worker
   */
  public List<TenantStatus> statuses(Map<String, Integer> waiting) {
    Set<String> names = new TreeSet<>(active);
    names.addAll(accounts.settings().tenants().names());
    return names.stream()
        .map(
            name ->
                new TenantStatus(
                    name,
                    weight(name),
                    accounts.settings().tenants().of(name).chunksMax(),
                    workers(name),
                    fair(name),
                    round.running(name),
                    waiting.getOrDefault(name, 0),
                    new TenantStatus.Today(
                        accounts.today(name),
                        accounts.settings().tenants().of(name).gpuTimeADay())))
        .toList();
  }

  /** Whether its quota, and not a lack of workers, keeps something of it from beginning. */
  public boolean isHeld(String tenant) {
    return round.isHeld(tenant);
  }

  /** Why what waits of it does so, where there are workers that could take it. */
  public Reason why(String tenant) {
    if (isHeld(tenant)) {
      return Reason.QUOTA;
    }
    boolean hasShare = active.size() > 1 && workers(tenant) >= fair(tenant);
    return hasShare ? Reason.SHARE : Reason.BUSY;
  }

  /** The numbers that its share rests on: a sentence without its full stop. */
  public String share(String tenant) {
    return String.format(
        Locale.ROOT,
        "its tenant has %.1f of %.0f busy workers, and its share of them is %.1f",
        workers(tenant),
        workers,
        fair(tenant));
  }

  /** The numbers that its quota rests on: a sentence without its full stop. */
  public String quota(String tenant) {
    Terms terms = accounts.settings().tenants().of(tenant);
    Optional<Duration> aDay = terms.gpuTimeADay().filter(it -> accounts.isStopped(tenant));
    return aDay.isPresent()
        ? "its tenant has used %s of workers' time since midnight UTC and may use %s a day; it goes on at %s"
            .formatted(
                DurationText.said(accounts.today(tenant)),
                DurationText.said(aDay.get()),
                Instant.ofEpochMilli(accounts.midnight()))
        : "its tenant has %d chunks under way and may have %d, too few for its next shot"
            .formatted(round.running(tenant), terms.chunksMax().orElse(0));
  }
}
