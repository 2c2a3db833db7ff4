package dev.longtake.coordinator.room;

import dev.longtake.config.DataSize;
import dev.longtake.config.Ranges;

/**
 * How much has to be free on a disk.
 *
 * @param freeLow with less nothing new is leased; nothing turns it off
 * @param freeCritical with less nothing new is accepted; nothing turns it off
 */
public record RoomMarks(DataSize freeLow, DataSize freeCritical) {

  private static final DataSize MAX = DataSize.mebibytes(1L << 30);

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
        .check();
  }
}
