package dev.longtake.backoff;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Lets a line that comes again and again through ever more rarely: at once, after a minute at the
 * earliest, then two, up to an hour. What was not said for a day is new again. Pure, and not safe
 * for several threads.
 */
public final class Seldom {

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration FORGOTTEN = Duration.ofDays(1);
  private static final int SUBJECTS_MAX = 1000;

  private record Said(Instant at, Duration pause, int unsaid) {}

  private final Map<String, Said> subjects = new LinkedHashMap<>();

  /**
   * Whether to say it now, and how many times it was not said since; empty for not now.
   *
   * @param subject what the line is about
   */
  public OptionalInt ask(String subject, Instant now) {
    Said last = subjects.get(subject);
    if (last == null || !now.isBefore(last.at().plus(FORGOTTEN))) {
      return say(subject, new Said(now, FIRST, 0), 0);
    }
    if (now.isBefore(last.at().plus(last.pause()))) {
      subjects.put(subject, new Said(last.at(), last.pause(), last.unsaid() + 1));
      return OptionalInt.empty();
    }
    Duration next = last.pause().multipliedBy(2);
    return say(
        subject, new Said(now, next.compareTo(LONGEST) < 0 ? next : LONGEST, 0), last.unsaid());
  }

  private OptionalInt say(String subject, Said said, int unsaid) {
    subjects.put(subject, said);
    if (subjects.size() > SUBJECTS_MAX) {
      subjects.remove(subjects.keySet().iterator().next());
    }
    return OptionalInt.of(unsaid);
  }
}
