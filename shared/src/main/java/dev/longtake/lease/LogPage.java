package dev.longtake.lease;

import java.util.List;

/**
 * Some of the lines that are kept, in the order in which they were.
 *
 * @param next the {@link LogQuery#after} of whoever asks for what comes after these. What was kept
 *     in the last moments comes again then, so that nothing is missed that was on its way.
 * @param isMore whether there is more by now
 */
public record LogPage(List<Kept> lines, long next, boolean isMore) {

  /**
   * A line that is kept.
   *
   * @param id its own, greater than those of lines that were kept long before it
   */
  public record Kept(long id, LogLine line) {}

  public LogPage {
    lines = List.copyOf(lines);
  }
}
