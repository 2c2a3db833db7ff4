package dev.longtake.coordinator.web;

import dev.longtake.lease.LogLine;
import java.util.List;

/** What was said of one chunk. Pure. */
record LinesPage(List<Line> lines) {

  static final int SHOWN_MAX = 200;

  /**
   * A line.
   *
   * @param at milliseconds since the epoch
   * @param attempt 0 if it is of none
   */
  record Line(long at, String level, int attempt, String worker, String text) {

    private static Line of(LogLine line) {
      return new Line(
          line.at().toEpochMilli(),
          line.level().word(),
          line.about().lease().map(lease -> lease.attempt()).orElse(0),
          line.about().workerId(),
          line.text());
    }
  }

  LinesPage {
    lines = List.copyOf(lines);
  }

  /** Of these lines, in their order. */
  static LinesPage of(List<LogLine> lines) {
    return new LinesPage(lines.stream().map(Line::of).toList());
  }
}
