package dev.longtake.coordinator.notify;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.database.Schema;
import dev.longtake.testing.TestPostgres;
import java.util.Optional;

/** The notices of several coordinators. */
class PostgresNotifierTest extends NotifierContract {

  @Override
  Database open() {
    Database database =
        Database.shared(
            new PostgresSettings(
                TestPostgres.newDatabase(),
                TestPostgres.USER,
                Optional.of(TestPostgres.PASSWORD),
                Optional.empty()));
    Schema.update(database);
    return database;
  }
}
