package dev.longtake.coordinator.notify;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.Schema;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;

/** The notices of a single coordinator. */
class H2NotifierTest extends NotifierContract {

  @TempDir private Path journal;

  @Override
  Database open() {
    Database database =
        Database.embedded(
            "jdbc:h2:file:" + journal.resolve("stories").toAbsolutePath(),
            new CompletableFuture<>());
    Schema.update(database);
    return database;
  }
}
