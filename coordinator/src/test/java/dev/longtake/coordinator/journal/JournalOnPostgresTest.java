package dev.longtake.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.config.Overrides;
import dev.longtake.config.Secret;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which databases a start takes. */
@Timeout(120)
class JournalOnPostgresTest {

  @TempDir private Path folder;

  private final PostgresSettings settings = settings(TestPostgres.PASSWORD);

  private static PostgresSettings settings(Secret password) {
    return new PostgresSettings(
        TestPostgres.newDatabase(), TestPostgres.USER, Optional.of(password), Optional.empty());
  }

  private static LongtakeException refusal(PostgresSettings settings) {
    return catchThrowableOfType(LongtakeException.class, () -> Journal.open(settings).close());
  }

  private static void execute(Database database, String sql) {
    database.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
          }
        });
  }

  @Test
  void start_withAPasswordInAFile_makesTheTablesOnce() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "correct horse\n");
    Overrides overrides =
        TestConfig.in(folder)
            .with("test", "storage.journal", "postgresql")
            .with("test", "storage.postgresql.url", settings.url())
            .with("test", "storage.postgresql.user", settings.user())
            .with("test", "storage.postgresql.password-file", password);

    Coordinator.start(CoordinatorConfig.CONFIGURATION.of(overrides)).close();
    Coordinator.start(CoordinatorConfig.CONFIGURATION.of(overrides)).close();

    assertThat(folder.resolve("journal")).doesNotExist();
  }

  @Test
  void open_byTwoCoordinatorsAtOnce_makesTheTablesOnce() throws Exception {
    Callable<Database> open = () -> Journal.open(settings);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var opened : threads.invokeAll(List.of(open, open))) {
        opened.get().close();
      }
    }
  }

  @Test
  void open_withAWrongPassword_saysSoAndNotWhich() {
    LongtakeException refusal = refusal(settings(new Secret("wrong horse")));

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal).hasMessageContaining("authentication");
    assertThat(refusal).hasStackTraceContaining("authentication");
    for (Throwable e = refusal; e != null; e = e.getCause()) {
      assertThat(e.toString()).doesNotContain("wrong horse");
    }
  }

  @Test
  void open_ofAnotherForm_isRefused() {
    try (Database database = Journal.open(settings)) {
      execute(
          database,
          """
          INSERT INTO event_journal (persistence_id, sequence_number, writer, event_ser_id,
            event_ser_manifest, event_payload) VALUES ('story|a', 1, '', 33, '', '')
          """);
    }

    LongtakeException refusal = refusal(settings);

    assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    assertThat(refusal)
        .hasMessageContaining("form 7470")
        .hasMessageContaining("form 33")
        .hasMessageContaining(settings.url());
  }

  @Test
  void open_ofALaterVersion_isRefused() {
    try (Database database = Journal.open(settings)) {
      execute(database, "INSERT INTO schema_version VALUES (1000)");
    }

    assertThat(refusal(settings)).hasMessageContaining("version 1000");
  }

  @Test
  void open_ofSomebodyElse_isRefusedAndChangesNothing() {
    try (Database database = Database.shared(settings)) {
      execute(database, "CREATE TABLE accounts (id BIGINT)");

      LongtakeException refusal = refusal(settings);

      assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
      assertThat(refusal).hasMessageContaining("an empty database");
      execute(database, "CREATE TABLE stories (id BIGINT)"); // Not there.
    }
  }

  @Test
  void settings_withAPasswordInTheAddress_areRefused() {
    assertThat(
            catchThrowableOfType(
                LongtakeException.class,
                () ->
                    CoordinatorConfig.CONFIGURATION.of(
                        TestConfig.in(folder)
                            .with(
                                "test",
                                "storage.postgresql.url",
                                "jdbc:postgresql://host/db?password=horse"))))
        .hasMessageContaining("storage.postgresql.url")
        .hasMessageNotContaining("horse");
  }
}
