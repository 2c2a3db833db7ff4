package dev.longtake.coordinator.web;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.TenantScope;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What a person can change here: what the command line changes, in the same way, and written. */
final class Actions {

  private static final int TEXT_LENGTH_MAX = 200;
  private static final String NO_REASON = "no reason given";

  /** What can be changed. */
  enum Kind {
    CANCEL("FarmService/CancelStory"),
    RETRY("FarmService/RetryStory"),
    DRAIN("FleetService/DrainWorker"),
    QUARANTINE("FleetService/QuarantineWorker"),
    RELEASE("FleetService/ReleaseWorker");

    private final String call;

    Kind(String call) {
      this.call = "longtake.v1." + call;
    }

    /** The call that does the same, and needs the same rights. */
    String call() {
      return call;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
  }

  /**
   * What a person wants.
   *
   * @param subject the story or the worker
   * @param reason in the person's words; may be empty
   */
  record Wish(Kind kind, String subject, String reason) {
    Wish {
      require(
          !subject.isEmpty() && subject.length() <= TEXT_LENGTH_MAX,
          "subject: expected 1 to %d characters, found %d",
          TEXT_LENGTH_MAX,
          subject.length());
      require(
          reason.length() <= TEXT_LENGTH_MAX,
          "reason: expected at most %d characters, found %d",
          TEXT_LENGTH_MAX,
          reason.length());
      require(reason.chars().noneMatch(Character::isISOControl), "reason: expected a single line");
    }
  }

  /** What somebody can change here, in words. */
  static List<String> of(Caller caller) {
    return Arrays.stream(Kind.values())
        .filter(kind -> caller.may(kind.call()))
        .map(Kind::word)
        .toList();
  }

  private final Farm farm;
  private final AuditLog audit;
  private final InstantSource clock;

  Actions(Farm farm, AuditLog audit, InstantSource clock) {
    this.farm = farm;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Does it.
   *
   * @throws LongtakeException as the call of the command line does
   */
  void carryOut(Wish wish, Caller caller, String address) {
    if (!caller.may(wish.kind().call())) {
      throw new LongtakeException(
          ErrorCode.PERMISSION_DENIED,
          "%s: expected somebody who may, found %s".formatted(wish.kind().word(), caller.shown()));
    }
    String from = caller.equals(Caller.ANYBODY) ? address : caller.shown() + " at " + address;
    var act = new AuditLog.Act(from, wish.kind().word(), wish.subject(), wish.reason());
    Supplier<Object> change = change(wish, caller.scope());
    Object _ = audit.carryOut(act, change);
  }

  /** What cannot be wished for is refused here, before anything is written down. */
  private Supplier<Object> change(Wish wish, TenantScope scope) {
    return switch (wish.kind()) {
      case CANCEL -> () -> farm.cancel(wish.subject(), scope);
      case RETRY -> () -> farm.retry(wish.subject(), scope);
      case DRAIN -> hold(mark(wish, WorkerMark.Kind.DRAINED));
      case QUARANTINE -> hold(mark(wish, WorkerMark.Kind.QUARANTINED));
      case RELEASE -> () -> farm.release(wish.subject());
    };
  }

  private Supplier<Object> hold(WorkerMark mark) {
    return () -> farm.hold(mark);
  }

  private WorkerMark mark(Wish wish, WorkerMark.Kind kind) {
    String reason = wish.reason().isBlank() ? NO_REASON : wish.reason();
    return new WorkerMark(wish.subject(), kind, reason, clock.instant(), Optional.empty(), 1);
  }
}
