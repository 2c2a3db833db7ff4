package dev.longtake.coordinator.logs;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.database.Schema;
import dev.longtake.testing.TestPostgres;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/** The lines of several coordinators. */
class PostgresLogStoreTest extends LogStoreContract {

  private static String url = "";

  @BeforeAll
  static void make() {
    url = TestPostgres.newDatabase();
  }

  @Override
  Database open() {
    Database database =
        Database.shared(
            new PostgresSettings(
                url, TestPostgres.USER, Optional.of(TestPostgres.PASSWORD), Optional.empty()));
    Schema.update(database);
    database.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE stories, log_lines CASCADE");
            return statement.executeUpdate("UPDATE story_numbers SET newest = 0");
          }
        });
    return database;
  }
}
