package dev.longtake.coordinator.room;

import dev.longtake.config.DataSize;
import dev.longtake.config.EmptyWord;
import dev.longtake.config.Ranges;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Optional;

/**
 * How much has to be free on a disk, and what is given up for it.
 *
 * @param freeLow with less nothing new is leased; nothing turns it off
 * @param freeCritical with less nothing new is accepted; nothing turns it off
 * @param keep how long what has ended is kept; empty for ever
 */
public record RoomMarks(
    DataSize freeLow, DataSize freeCritical, @EmptyWord("forever") Optional<Duration> keep) {

  private static final DataSize MAX = DataSize.mebibytes(1L << 30);
  private static final Duration KEEP_MIN = Duration.ofSeconds(1);

  public RoomMarks {
    DataSize none = DataSize.mebibytes(0);
    new Ranges()
        .between("freeLow", freeLow, none, MAX)
        .between("freeCritical", freeCritical, none, MAX)
        .that(
            "freeCritical",
            freeCritical.compareTo(freeLow) <= 0,
            "at most free-low, which is " + freeLow,
            freeCritical.toString())
        .that(
            "keep",
            keep.filter(it -> it.compareTo(KEEP_MIN) < 0).isEmpty(),
            "at least " + DurationText.said(KEEP_MIN),
            keep.map(DurationText::said).orElse(""))
        .check();
  }
}
