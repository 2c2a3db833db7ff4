package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.database.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What it costs to write an event through to the disk. Run by hand, on the disk that matters:
 * {@code -Djava.io.tmpdir=...}.
 */
class JournalBench {

  private static final int EVENTS = 400;
  private static final int EVENT_BYTES = 300;

  @TempDir private Path folder;

  @Test
  void events_oneAfterTheOther() {
    for (int round = 1; round <= 3; round++) {
      for (boolean isForced : new boolean[] {false, true}) {
        try (Database database = Journal.open(folder.resolve(round + "-" + isForced), isForced)) {
          database.call(JournalBench::prepare);
          long[] nanos = database.call(JournalBench::measure);
          System.out.printf(
              "round %d, %s: median %.2f ms, 99 of 100 within %.2f ms%n",
              round,
              isForced ? "forced" : "unforced",
              nanos[EVENTS / 2] / 1e6,
              nanos[EVENTS * 99 / 100] / 1e6);
        }
      }
    }
  }

  private static boolean prepare(Connection connection) throws SQLException {
    try (PreparedStatement create =
        connection.prepareStatement("CREATE TABLE bench (id INT PRIMARY KEY, event VARBINARY)")) {
      return create.execute();
    }
  }

  private static long[] measure(Connection connection) throws SQLException {
    long[] nanos = new long[EVENTS];
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO bench VALUES (?, ?)")) {
      for (int i = 0; i < EVENTS; i++) {
        insert.setInt(1, i);
        insert.setBytes(2, new byte[EVENT_BYTES]);
        long before = System.nanoTime();
        insert.executeUpdate();
        nanos[i] = System.nanoTime() - before;
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }
}
