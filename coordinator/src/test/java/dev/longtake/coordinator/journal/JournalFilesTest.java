package dev.longtake.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.coordinator.database.Database;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the files of an embedded journal are opened. */
class JournalFilesTest {

  /** Of Linux, on every machine that Java 25 runs on; {@code fcntl.h}. */
  private static final int O_DSYNC = 0_10000;

  @TempDir private Path folder;

  /** Every write returns when the disk has it: the system was told so when it opened the file. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @EnabledOnOs(OS.LINUX)
  void open_forcedOrNot_isWhatTheSystemWasTold(boolean isForced) throws IOException {
    try (Database database = Journal.open(folder, isForced)) {
      database.check();

      assertThat(flags(folder.toRealPath().resolve("stories.mv.db")))
          .isNotEmpty()
          .allMatch(flags -> ((flags & O_DSYNC) != 0) == isForced);
    }
  }

  /** How this process has opened a file. */
  private static List<Integer> flags(Path file) throws IOException {
    List<Integer> all = new ArrayList<>();
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path number : open.toList()) {
        if (Files.isSymbolicLink(number) && Files.readSymbolicLink(number).equals(file)) {
          all.add(flags(Integer.parseInt(number.getFileName().toString())));
        }
      }
    }
    return all;
  }

  private static int flags(int number) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/fdinfo/" + number)).stream()
        .filter(line -> line.startsWith("flags:"))
        .map(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void open_again_hasWhatWasWritten() {
    try (Database database = Journal.open(folder, true)) {
      database.call(connection -> run(connection, "CREATE TABLE kept (word VARCHAR)"));
      database.call(connection -> run(connection, "INSERT INTO kept VALUES ('lion')"));
    }

    try (Database database = Journal.open(folder, false)) {
      assertThat(database.<String>call(JournalFilesTest::word)).isEqualTo("lion");
    }
  }

  private static boolean run(Connection connection, String command) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(command)) {
      return statement.execute();
    }
  }

  private static String word(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement("SELECT word FROM kept");
        ResultSet rows = query.executeQuery()) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** A thread that is interrupted while it writes would otherwise take the file along. */
  @Test
  void write_byAnInterruptedThread_isDone() {
    try (Database database = Journal.open(folder, true)) {
      database.call(connection -> run(connection, "CREATE TABLE kept (word VARCHAR)"));
      database.call(
          connection -> {
            Thread.currentThread().interrupt();
            boolean isQuery = run(connection, "INSERT INTO kept VALUES ('lion')");
            assertThat(Thread.interrupted()).isTrue();
            return isQuery;
          });

      assertThat(database.<String>call(JournalFilesTest::word)).isEqualTo("lion");
      assertThat(database.failure()).isNotDone();
    }
  }

  @Test
  void write_thatFails_isTold() throws IOException {
    List<IOException> told = new ArrayList<>();
    FileChannel broken =
        FileChannel.open(
            folder.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    broken.close();
    try (var file = new WatchedFile(broken, told::add)) {
      assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0))
          .isInstanceOf(ClosedChannelException.class);
    }

    assertThat(told).singleElement().isInstanceOf(ClosedChannelException.class);
  }
}
