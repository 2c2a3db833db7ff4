package dev.longtake.coordinator.logs;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.Schema;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a single coordinator. */
class H2LogStoreTest extends LogStoreContract {

  @TempDir private Path folder;

  @Override
  Database open() {
    Database database =
        Database.embedded(
            "jdbc:h2:file:" + folder.resolve("stories").toAbsolutePath(),
            new CompletableFuture<>());
    Schema.update(database);
    return database;
  }
}
