package dev.longtake.loadtest.audit;

import java.util.List;

/**
 * Something that must hold, and whether it did.
 *
 * @param holds what, in a few words
 * @param checked cases that were looked at
 * @param violationCount cases in which it did not hold
 * @param violations the first of them, a sentence each
 */
public record Invariant(String holds, long checked, int violationCount, List<String> violations) {

  private static final int SHOWN_MAX = 10;

  public Invariant {
    violations = List.copyOf(violations);
  }

  /** One with all its violations. */
  static Invariant of(String holds, long checked, List<String> violations) {
    return new Invariant(
        holds,
        checked,
        violations.size(),
        violations.subList(0, Math.min(SHOWN_MAX, violations.size())));
  }

  /** Whether it held in every case. */
  public boolean isKept() {
    return violationCount == 0;
  }
}
