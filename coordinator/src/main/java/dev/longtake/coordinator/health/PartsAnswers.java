package dev.longtake.coordinator.health;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which parts do not answer, since when, and why. Immutable.
 *
 * @param troubles by the names of the parts, in the order in which they came
 */
record PartsAnswers(Map<String, Trouble> troubles) {

  /** Nothing is wrong. */
  static final PartsAnswers GOOD = new PartsAnswers(Map.of());

  /**
   * A part that does not answer.
   *
   * @param isFinal whether it never will again
   */
  record Trouble(String why, Instant since, boolean isFinal) {}

  PartsAnswers {
    troubles = Collections.unmodifiableMap(new LinkedHashMap<>(troubles));
  }

  /**
   * After a part was asked. Of what is wrong the first reason is kept, and what is wrong for good
   * stays so.
   *
   * @param why empty if it has answered
   */
  PartsAnswers with(String part, Optional<String> why, Instant now) {
    Map<String, Trouble> next = new LinkedHashMap<>(troubles);
    if (why.isPresent()) {
      next.putIfAbsent(part, new Trouble(why.get(), now, false));
    } else if (!isFailed(part)) {
      next.remove(part);
    }
    return new PartsAnswers(next);
  }

  /** After a part has failed for good. */
  PartsAnswers withFailed(String part, String why, Instant now) {
    Map<String, Trouble> next = new LinkedHashMap<>(troubles);
    next.put(part, new Trouble(why, now, true));
    return new PartsAnswers(next);
  }

  boolean answers(String part) {
    return !troubles.containsKey(part);
  }

  private boolean isFailed(String part) {
    return Optional.ofNullable(troubles.get(part)).filter(Trouble::isFinal).isPresent();
  }

  /** Whether a part has failed for good. */
  boolean isFailed() {
    return troubles.values().stream().anyMatch(Trouble::isFinal);
  }

  /** How long a part has not answered; nothing if it does. */
  Duration silence(String part, Instant now) {
    return Optional.ofNullable(troubles.get(part))
        .map(trouble -> Duration.between(trouble.since(), now))
        .orElse(Duration.ZERO);
  }

  /** All that is wrong, in a line; empty if nothing is. */
  Optional<String> whyNot() {
    return Optional.of(
            troubles.entrySet().stream()
                .map(part -> part.getKey() + ": " + part.getValue().why())
                .collect(joining("; ")))
        .filter(line -> !line.isEmpty());
  }
}
