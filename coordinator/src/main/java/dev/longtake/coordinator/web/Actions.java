package dev.longtake.coordinator.web;

import static dev.longtake.error.Require.require;

import dev.longtake.coordinator.api.Farm;
import dev.longtake.error.LongtakeException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a person can change here: what the command line changes, in the same way, and written. */
final class Actions {

  private static final int TEXT_LENGTH_MAX = 200;

  /** What can be changed. */
  enum Kind {
    CANCEL,
    RETRY,
    DRAIN,
    RELEASE;

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
  void carryOut(Wish wish, String from) {
    try {
      change(wish);
      note(wish, from, "done");
    } catch (LongtakeException e) {
      note(wish, from, e.getMessage());
      throw e;
    }
  }

  private void change(Wish wish) {
    switch (wish.kind()) {
      case CANCEL -> farm.cancel(wish.subject());
      case RETRY -> farm.retry(wish.subject());
      case DRAIN -> farm.drained().drain(wish.subject(), wish.reason());
      case RELEASE -> farm.drained().release(wish.subject());
    }
  }

  private void note(Wish wish, String from, String outcome) {
    audit.add(
        new AuditLog.Entry(
            clock.instant().toEpochMilli(),
            from,
            wish.kind().word(),
            wish.subject(),
            wish.reason(),
            outcome));
  }
}
