package dev.longtake.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration record was given values that it cannot have. Thrown by {@link Ranges}. */
final class OutOfRangeException extends IllegalArgumentException {

  /**
   * One of them.
   *
   * @param key of the record's component, words with hyphens
   */
  record Fault(String key, String message) {}

  private final transient List<Fault> faults;

  OutOfRangeException(List<Fault> faults) {
    super(
        faults.stream()
            .map(fault -> fault.key() + ": " + fault.message())
            .collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  List<Fault> faults() {
    return faults;
  }
}
