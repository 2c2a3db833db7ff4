package dev.longtake.coordinator.journal;

import com.typesafe.config.ConfigFactory;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.database.Schema;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.setup.Setup;

/**
 * The journal: tables of a database. What is acknowledged is on the disk: of the embedded database
 * see {@link JournalFiles}, of a server what it promises.
 */
public final class Journal {

  /** The database's file is called so, and ends in {@code .mv.db}. */
  private static final String NAME = "stories";

  private static final String OLDEST_AND_NEWEST =
      """
      SELECT "event_ser_id" FROM "event_journal" WHERE "ordering" IN (
        (SELECT MIN("ordering") FROM "event_journal"), (SELECT MAX("ordering") FROM "event_journal"))
      """;

  /** Jackson's CBOR. */
  private static final int FORM_OF_0_1 = 33;

  private Journal() {}

  /**
   * Opens the journal in a folder, for one coordinator, and makes it if there is none.
   *
   * @param isForced whether what is acknowledged outlives a loss of power; else only the process
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if it is of another
   *     form, {@link ErrorCode#STORAGE_FAILED} if the disk refuses, {@link ErrorCode#FILE_UNUSABLE}
   *     if it cannot be opened for another reason
   */
  public static Database open(Path folder, boolean isForced) {
    requireReadable(folder);
    // By default H2 writes half a second later, and a killed process loses what it acknowledged.
    String url = address(folder) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    CompletableFuture<LongtakeException> failure = watchFiles(folder, isForced);
    try (var opened = new Opened()) {
      Database database = opened.add(Database.embedded(url, failure));
      Schema.update(database);
      CatalogImport.run(database);
      return opened.keep(database);
    }
  }

  /** Completes when the disk refuses. */
  private static CompletableFuture<LongtakeException> watchFiles(Path folder, boolean isForced) {
    var failure = new CompletableFuture<LongtakeException>();
    try {
      Files.createDirectories(folder);
      JournalFiles.use(
          folder,
          new JournalFiles.Use(
              isForced,
              e ->
                  failure.complete(
                      new LongtakeException(
                          ErrorCode.STORAGE_FAILED,
                          "journal %s: expected its file to be written, found: %s"
                              .formatted(folder, reason(e)),
                          e))));
    } catch (IOException e) {
      throw unusable(folder, e);
    }
    return failure;
  }

  /** What the system said, which H2 hides behind its own. */
  private static String reason(IOException failure) {
    Throwable cause = failure;
    while (cause.getCause() instanceof IOException deeper) {
      cause = deeper;
    }
    return String.valueOf(cause.getMessage());
  }

  /**
   * Opens the journal that several coordinators share, and makes its tables if there are none.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID} if it is of another
   *     form, {@link ErrorCode#UNAVAILABLE} if the server does not answer or refuses
   */
  public static Database open(PostgresSettings settings) {
    try (var opened = new Opened()) {
      Database database = opened.add(Database.shared(settings));
      database.call(
          connection ->
              requireForms(connection, settings.url(), "take an empty database and start again"));
      Schema.update(database);
      return opened.keep(database);
    }
  }

  /** What actors need to have their journal in this database. */
  public static Setup in(Database database) {
    return new JournalConnections.In(database);
  }

  /**
   * The actor system's configuration. (Its package is not imported: it has an {@code Optional} of
   * its own.)
   */
  public static com.typesafe.config.Config config() {
    return ConfigFactory.parseResources(Journal.class, "/pekko.conf")
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  private static String address(Path folder) {
    // H2 reads ';' in an address as the start of a setting.
    String file = folder.resolve(NAME).toAbsolutePath().toString();
    if (file.indexOf(';') >= 0) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "data folder: expected a path without ';', found " + folder);
    }
    return JournalFiles.url(Path.of(file));
  }

  /**
   * Refuses a journal whose rows are not of this version's form, and changes nothing in it. A
   * folder without a journal is fine. Rows of two forms are never in one journal, because each
   * version refuses the others': the oldest and the newest row stand for all.
   *
   * @throws LongtakeException with {@link ErrorCode#CONFIGURATION_INVALID}
   */
  public static void requireReadable(Path folder) {
    if (!Files.exists(folder.resolve(NAME + ".mv.db"))) {
      return;
    }
    try (Connection database =
        DriverManager.getConnection(address(folder) + ";ACCESS_MODE_DATA=r", "sa", "")) {
      requireForms(database, folder, "move this folder away and start again");
    } catch (SQLException e) {
      throw unusable(folder, e);
    }
  }

  /** Gives how many forms were looked at. */
  private static int requireForms(Connection database, Object journal, String remedy)
      throws SQLException {
    int count = 0;
    try (PreparedStatement query = database.prepareStatement(OLDEST_AND_NEWEST);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        requireForm(rows.getInt(1), journal, remedy);
        count++;
      }
    } catch (SQLException e) {
      if (!Database.isTableMissing(e)) { // It is new, or its first start was broken off.
        throw e;
      }
    }
    return count;
  }

  private static void requireForm(int form, Object journal, String remedy) {
    if (form != JournalSerializer.IDENTIFIER) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "journal %s: expected one of this version (form %d), found one of %s (form %d)"
                  .formatted(
                      journal,
                      JournalSerializer.IDENTIFIER,
                      form == FORM_OF_0_1 ? "Longtake 0.1" : "another version",
                      form)
              + ": let that version end its stories and fetch their films, then "
              + remedy);
    }
  }

  private static LongtakeException unusable(Path folder, Exception cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE,
        "journal %s: cannot open the database: %s".formatted(folder, cause),
        cause);
  }
}
