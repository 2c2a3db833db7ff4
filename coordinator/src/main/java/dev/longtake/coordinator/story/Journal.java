package dev.longtake.coordinator.story;

import com.typesafe.config.ConfigFactory;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.jdbc.testkit.javadsl.SchemaUtils;

/** The journal: an H2 database in a file, written through before anything is acknowledged. */
public final class Journal {

  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);

  private Journal() {}

  /**
   * The actor system's configuration for a journal in this folder. (Its package is not imported: it
   * has an {@code Optional} of its own.)
   */
  public static com.typesafe.config.Config config(Path folder) {
    // H2 reads ';' in an address as the start of a setting.
    String file = folder.resolve("stories").toAbsolutePath().toString();
    if (file.indexOf(';') >= 0) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "data folder: expected a path without ';', found " + folder);
    }
    // By default H2 writes half a second later, and a killed process loses what it acknowledged.
    String url = "jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    return ConfigFactory.parseMap(
            Map.of("pekko-persistence-jdbc.shared-databases.slick.db.url", url))
        .withFallback(ConfigFactory.parseResources(Journal.class, "/pekko.conf"))
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  /** Opens the journal, and makes its tables on first use. */
  public static void open(ActorSystem<?> system) {
    try {
      SchemaUtils.createIfNotExists(system)
          .toCompletableFuture()
          .get(OPEN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the start was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "journal: cannot open the database: " + e.getCause(), e);
    }
  }
}
