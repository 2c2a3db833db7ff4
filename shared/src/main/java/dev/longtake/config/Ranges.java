package dev.longtake.config;

import dev.longtake.config.OutOfRangeException.Fault;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Checks a configuration record in its compact constructor. Unlike {@code Require} it tells every
 * value that is out of range, not the first one. Each method takes the component's name first; that
 * of a nested record's is {@code section.component}.
 */
public final class Ranges {

  private final List<Fault> faults = new ArrayList<>();

  /** Both ends are allowed. */
  public Ranges between(String component, long value, long min, long max) {
    return that(
        component, min <= value && value <= max, "%d to %d".formatted(min, max), "" + value);
  }

  /** Both ends are allowed, and so is nothing. */
  public Ranges between(String component, OptionalInt value, int min, int max) {
    value.ifPresent(present -> between(component, present, min, max));
    return this;
  }

  /** Both ends are allowed. */
  public Ranges between(String component, Duration value, Duration min, Duration max) {
    return that(
        component,
        min.compareTo(value) <= 0 && value.compareTo(max) <= 0,
        "%s to %s".formatted(DurationText.format(min), DurationText.format(max)),
        DurationText.format(value));
  }

  /** Both ends are allowed. */
  public Ranges between(String component, DataSize value, DataSize min, DataSize max) {
    return that(
        component,
        min.compareTo(value) <= 0 && value.compareTo(max) <= 0,
        "%s to %s".formatted(min, max),
        value.toString());
  }

  /**
   * At least what another value makes of it.
   *
   * @param what names that, e.g. {@code two heartbeats}
   */
  public Ranges atLeast(String component, Duration value, String what, Duration min) {
    return that(
        component,
        min.compareTo(value) <= 0,
        "at least %s (%s)".formatted(what, DurationText.format(min)),
        DurationText.format(value));
  }

  /** A rule that is none of the above. */
  public Ranges that(String component, boolean claim, String expected, String found) {
    if (!claim) {
      faults.add(new Fault(Key.of(component), "expected %s, found %s".formatted(expected, found)));
    }
    return this;
  }

  /**
   * Ends the checks.
   *
   * @throws IllegalArgumentException if one of them failed, with a line for each that did
   */
  public void check() {
    if (!faults.isEmpty()) {
      throw new OutOfRangeException(faults);
    }
  }
}
