package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.story.status.TenantScope;
import dev.longtake.words.Word;
import java.time.Instant;
import java.util.Optional;

/**
 * What the farm, or who runs it, holds against a worker: it gets nothing new while it lasts.
 *
 * @param reason in a sentence, for people; of a person their own words
 * @param until when it ends by itself; empty if somebody has to release the worker
 * @param times the how-manieth of its kind in a row; a worker that fails again on probation is
 *     quarantined for longer
 */
public record WorkerMark(
    String workerId, Kind kind, String reason, Instant since, Optional<Instant> until, int times) {

  /** The longest reason, in characters. */
  public static final int REASON_LENGTH_MAX = 500;

  /** Instead of a reason, for whom it is none of. */
  private static final String NOT_TOLD = "not told: it may name others' work";

  /** What becomes of the worker's work. */
  public enum Kind implements Word {
    /** It finishes what it holds, and gets nothing new. */
    DRAINED,
    /** What it holds is given to others at once, and it gets nothing new. */
    QUARANTINED
  }

  public WorkerMark {
    WorkerStatement.requireName("workerId", workerId);
    requireNonNull(kind, "kind");
    require(
        !reason.isBlank() && reason.length() <= REASON_LENGTH_MAX,
        "reason: expected 1 to %d characters, found %d",
        REASON_LENGTH_MAX,
        reason.length());
    requireNonNull(since, "since");
    requireNonNull(until, "until");
    require(times > 0, "times is not positive: %d", times);
  }

  /** Whether it holds; afterwards the worker is on probation. */
  public boolean holds(Instant now) {
    return until.isEmpty() || now.isBefore(until.get());
  }

  /** The same as it is told to somebody of this scope: reasons name stories, whosever they are. */
  public WorkerMark shownTo(TenantScope scope) {
    return scope.isAll() ? this : new WorkerMark(workerId, kind, NOT_TOLD, since, until, times);
  }
}
