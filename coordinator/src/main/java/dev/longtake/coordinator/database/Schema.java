package dev.longtake.coordinator.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables, and how those of an earlier version become those of this one: by the scripts that
 * follow. Each script that was run is a row of {@code schema_version}.
 */
final class Schema {

  /** In the order in which they are run; the first one's number is 1. */
  private static final List<String> SCRIPTS = List.of("V1__journal.sql", "V2__stories.sql");

  private static final Pattern END_OF_COMMAND = Pattern.compile(";\\s*\n");

  private Schema() {}

  /**
   * Runs the scripts that this database has not seen.
   *
   * @return how many it has seen now
   */
  static int update(Connection connection, Dialect dialect) throws SQLException {
    for (int next = version(connection); next < SCRIPTS.size(); next++) {
      run(connection, dialect, SCRIPTS.get(next));
    }
    return SCRIPTS.size();
  }

  /** How many scripts it has seen. */
  private static int version(Connection connection) throws SQLException {
    if (hasTable(connection, "SCHEMA_VERSION")) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
        row.next();
        return row.getInt(1);
      }
    }
    return 0;
  }

  private static boolean hasTable(Connection connection, String name) throws SQLException {
    try (ResultSet tables = connection.getMetaData().getTables(null, null, name, null)) {
      return tables.next();
    }
  }

  private static void run(Connection connection, Dialect dialect, String script)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String command : END_OF_COMMAND.split(text(dialect.scripts() + "/" + script), -1)) {
        if (!command.isBlank()) {
          statement.execute(command);
        }
      }
    }
  }

  private static String text(String resource) {
    try (InputStream in = Schema.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + ": expected it in the jar, found nothing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
