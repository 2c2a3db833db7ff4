package dev.longtake.coordinator.web;

import dev.longtake.lease.LogLine;
import java.util.List;

/** What was said of one chunk. Pure. */
record LinesPage(List<Line> lines) {

  private static final int SHOWN_MAX = 200;

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

  /** The latest of these, which are in their order. */
  static LinesPage of(List<LogLine> all) {
    return new LinesPage(
        all.subList(Math.max(0, all.size() - SHOWN_MAX), all.size()).stream()
            .map(Line::of)
            .toList());
  }
}
