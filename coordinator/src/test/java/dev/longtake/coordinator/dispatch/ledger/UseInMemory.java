package dev.longtake.coordinator.dispatch.ledger;

import dev.longtake.coordinator.dispatch.share.Posting;
import dev.longtake.coordinator.dispatch.share.Remembered;
import dev.longtake.coordinator.dispatch.share.Spent;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was used, for tests: as the database has it, and with answers that are lost. */
public final class UseInMemory implements UseStore {

  /** What happens to the next call. */
  enum Fault {
    NONE,
    REFUSED,
    ANSWER_LOST
  }

  private final Map<String, Map<Long, Long>> hours = new TreeMap<>();
  private Map<String, Long> faded = Map.of();
  private long at;
  private long term;
  private long last;
  private Fault fault = Fault.NONE;

  /** Has this happen to the next call alone. */
  void failOnce(Fault next) {
    fault = next;
  }

  private boolean failsBy(Fault which) {
    boolean fails = fault == which;
    fault = fails ? Fault.NONE : fault;
    return fails;
  }

  private <T> T answer(T answer) {
    if (failsBy(Fault.ANSWER_LOST)) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "no answer");
    }
    return answer;
  }

  private void requireNotRefused() {
    if (failsBy(Fault.REFUSED)) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "refused");
    }
  }

  /** All that was written of a tenant, in milliseconds. */
  long sum(String tenant) {
    return hours.getOrDefault(tenant, Map.of()).values().stream().mapToLong(it -> it).sum();
  }

  @Override
  public Opened open(long now) {
    requireNotRefused();
    term++;
    last = 0;
    List<Remembered> tenants = new ArrayList<>();
    hours.forEach(
        (tenant, all) -> {
          Map<Long, Long> days = new HashMap<>();
          all.forEach(
              (hour, millis) -> days.merge(hour / Duration.ofDays(1).toHours(), millis, Long::sum));
          tenants.add(new Remembered(tenant, days, faded.getOrDefault(tenant, 0L), at));
        });
    return answer(new Opened(term, tenants));
  }

  @Override
  public boolean add(long ofTerm, long number, Posting posting) {
    requireNotRefused();
    if (ofTerm == term && number == last + 1) {
      last = number;
      for (Spent spent : posting.spent()) {
        hours
            .computeIfAbsent(spent.payer().tenant(), key -> new TreeMap<>())
            .merge(spent.hour(), spent.millis(), Long::sum);
      }
      faded = posting.faded();
      at = posting.at();
    }
    return answer(ofTerm == term && number == last);
  }
}
