package dev.longtake.coordinator.workers;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.policy.FailurePolicy.Treatment;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.WorkerMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How often each worker has failed, and when that is enough: tells a bad machine from bad work. One
 * that fails on several stories is not to be trusted with any, while a story that fails on several
 * workers ends by its own budget. Pure, but changed in place: one owner.
 *
 * <p>A worker whose quarantine is over is on probation for the window: its next failure brings it
 * back, for twice as long each time.
 */
final class Conduct {

  /**
   * When a worker is quarantined.
   *
   * @param stories failures on so many different stories are enough
   * @param window within this time; also how long probation lasts
   * @param first the length of a first quarantine
   * @param longest no quarantine is longer
   */
  record Budget(int stories, Duration window, Duration first, Duration longest) {

    static final Budget DEFAULT =
        new Budget(3, Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofDays(1));

    Budget {
      require(stories > 0, "stories is not positive: %d", stories);
    }
  }

  private record Failure(LeaseToken lease, ErrorCode code, String message, Instant at) {}

  private final Budget budget;
  private final Map<String, List<Failure>> failures = new HashMap<>();

  Conduct(Budget budget) {
    this.budget = budget;
  }

  /**
   * A worker says that it has failed; it says so again and again, which counts once.
   *
   * @param before what was held against it before, if it was not released since
   * @return what is held against it from now on, if that is new
   */
  Optional<WorkerMark> failed(
      String workerId,
      LeaseToken lease,
      Report.Failed failed,
      Optional<WorkerMark> before,
      Instant now) {
    Treatment treatment = FailurePolicy.of(failed.code());
    if (!treatment.isAgainstWorker() || before.filter(mark -> mark.holds(now)).isPresent()) {
      return Optional.empty();
    }
    forgetOld(now);
    List<Failure> known = failures.computeIfAbsent(workerId, id -> new ArrayList<>());
    if (known.stream().anyMatch(failure -> failure.lease().equals(lease))) {
      return Optional.empty();
    }
    known.add(new Failure(lease, failed.code(), failed.message(), now));
    Set<String> stories = new LinkedHashSet<>();
    known.forEach(failure -> stories.add(failure.lease().storyId()));
    int times = timesBefore(before, now);
    return times > 0 || stories.size() >= budget.stories() || treatment == Treatment.QUARANTINE
        ? Optional.of(quarantine(workerId, known, stories, times + 1, now))
        : Optional.empty();
  }

  /** Of all workers: most of those that have failed are gone, and do not fail again. */
  private void forgetOld(Instant now) {
    failures.values().forEach(known -> known.removeIf(failure -> !isRecent(failure.at(), now)));
    failures.values().removeIf(List::isEmpty);
  }

  /** Workers of which a failure is remembered. */
  int size() {
    return failures.size();
  }

  private boolean isRecent(Instant at, Instant now) {
    return at.plus(budget.window()).isAfter(now);
  }

  /** Quarantines in a row that are still remembered. */
  private int timesBefore(Optional<WorkerMark> before, Instant now) {
    return before
        .filter(mark -> mark.kind() == WorkerMark.Kind.QUARANTINED)
        .filter(mark -> mark.until().filter(until -> isRecent(until, now)).isPresent())
        .map(WorkerMark::times)
        .orElse(0);
  }

  private WorkerMark quarantine(
      String workerId, List<Failure> known, Set<String> stories, int times, Instant now) {
    Failure last = known.getLast();
    String said =
        times > 1
            ? "failed again on probation: "
            : stories.size() == 1
                ? "failed: "
                : "failed on %d stories (%s), the last time: "
                    .formatted(stories.size(), String.join(", ", stories));
    String reason = "%s%s: %s".formatted(said, last.code().dotted(), last.message());
    failures.remove(workerId);
    return new WorkerMark(
        workerId,
        WorkerMark.Kind.QUARANTINED,
        reason.substring(0, Math.min(reason.length(), WorkerMark.REASON_LENGTH_MAX)),
        now,
        Optional.of(now.plus(length(times))),
        times);
  }

  private Duration length(int times) {
    Duration length = budget.first();
    for (int i = 1; i < times && length.compareTo(budget.longest()) < 0; i++) {
      length = length.multipliedBy(2);
    }
    return length.compareTo(budget.longest()) < 0 ? length : budget.longest();
  }

  /** Somebody has released a worker: what it did before counts no more. */
  void forgive(String workerId) {
    failures.remove(workerId);
  }
}
