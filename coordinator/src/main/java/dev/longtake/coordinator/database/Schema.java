package dev.longtake.coordinator.database;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
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
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The tables, and how those of an earlier version become those of this one: by the scripts that
 * follow. Each script adds its number to {@code schema_version}; where the newest is there, nothing
 * else is looked at. On PostgreSQL Flyway runs them, so that coordinators that start together wait
 * for one another, and keeps a history. The embedded database has one user and is mostly new: it
 * runs them here, because Flyway would take longer than all else of a start.
 */
public final class Schema {

  /** In the order in which they are run; the first one's number is 1. */
  private static final List<String> SCRIPTS =
      List.of(
          "V1__journal.sql",
          "V2__stories.sql",
          "V3__snapshots.sql",
          "V4__drained_workers.sql",
          "V5__worker_marks.sql",
          "V6__notices.sql",
          "V7__access_tokens.sql",
          "V8__tenants.sql",
          "V9__log_lines.sql",
          "V10__used_time.sql",
          "V11__story_numbers.sql");

  private static final Pattern END_OF_COMMAND = Pattern.compile(";\\s*\n");

  private final Database database;

  private Schema(Database database) {
    this.database = database;
  }

  /**
   * Makes the tables that are missing, and those of earlier versions as they are now.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if they are of a later
   *     version, or are not the coordinator's
   */
  public static void update(Database database) {
    new Schema(database).update();
  }

  private void update() {
    int version = database.call(Schema::version);
    if (version > SCRIPTS.size()) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "journal %s: expected tables of version %d or earlier, found version %d: start the Longtake that made them"
              .formatted(database.address(), SCRIPTS.size(), version));
    }
    if (version < SCRIPTS.size()) {
      switch (database.dialect()) {
        case H2 -> database.call(connection -> run(connection, version));
        case POSTGRESQL -> migrate();
      }
    }
  }

  /** How many scripts the database has seen. */
  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT MAX(version) FROM schema_version")) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      if (Database.isTableMissing(e)) {
        return 0;
      }
      throw e;
    }
  }

  private void migrate() {
    try {
      Flyway.configure()
          .dataSource(database.connections())
          .locations("classpath:" + database.dialect().scripts())
          .failOnMissingLocations(true)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "journal %s: expected an empty database or one of Longtake's: %s"
              .formatted(database.address(), e.getMessage()),
          e);
    }
  }

  private int run(Connection connection, int version) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String script : SCRIPTS.subList(version, SCRIPTS.size())) {
        String text = text("/" + database.dialect().scripts() + "/" + script);
        for (String command : END_OF_COMMAND.split(text, -1)) {
          if (!command.isBlank()) {
            statement.execute(command);
          }
        }
      }
    }
    return SCRIPTS.size();
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
