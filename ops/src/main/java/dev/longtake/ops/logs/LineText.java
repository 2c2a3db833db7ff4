package dev.longtake.ops.logs;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import java.util.Locale;

/** A line as people read it, and as tools for text can search it. */
final class LineText {

  private LineText() {}

  /** {@code TIME LEVEL story=... shot=... chunk=... attempt=... worker=... SENTENCE}. */
  static String of(LogLine line) {
    StringBuilder text = new StringBuilder();
    text.append(line.at())
        .append(' ')
        .append("%-5s".formatted(line.level().name()))
        .append(" story=")
        .append(line.about().storyId());
    if (!line.about().shotId().isEmpty()) {
      text.append(" shot=").append(line.about().shotId());
    }
    line.about().lease().ifPresent(lease -> append(text, lease));
    if (!line.about().workerId().isEmpty()) {
      text.append(" worker=").append(line.about().workerId());
    }
    return text.append(' ').append(line.text()).toString();
  }

  private static void append(StringBuilder text, LeaseToken lease) {
    text.append(' ')
        .append(lease.kind().name().toLowerCase(Locale.ROOT))
        .append('=')
        .append(lease.index())
        .append(" attempt=")
        .append(lease.attempt());
  }
}
