package dev.longtake.coordinator.dispatch.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.database.Schema;
import dev.longtake.coordinator.dispatch.share.Payer;
import dev.longtake.coordinator.dispatch.share.Posting;
import dev.longtake.coordinator.dispatch.share.Remembered;
import dev.longtake.coordinator.dispatch.share.Spent;
import dev.longtake.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcUseStoreTest {

  /** Midnight of a day, by its number. */
  private static final long DAY = 20_000;

  private static final long NOW = DAY * Duration.ofDays(1).toMillis();
  private static final long HOUR = 24 * DAY;
  private static final Payer NORTH = new Payer("north", "film-1");
  private static final Payer OTHER_FILM = new Payer("north", "film-2");
  private static final Payer SOUTH = new Payer("south", "film-3");

  @TempDir private Path folder;

  private Database embedded() {
    return Database.embedded(
        "jdbc:h2:file:" + folder.resolve("stories").toAbsolutePath(), new CompletableFuture<>());
  }

  private static Database shared() {
    return Database.shared(
        new PostgresSettings(
            TestPostgres.newDatabase(),
            TestPostgres.USER,
            Optional.of(TestPostgres.PASSWORD),
            Optional.empty()));
  }

  @Test
  void used_inAFile_outlivesTheProcess() {
    try (Database database = embedded()) {
      Schema.update(database);
      keepsWhatWasUsed(database);
    }
    try (Database database = embedded()) {
      Schema.update(database);
      assertThat(new JdbcUseStore(database).open(NOW).tenants()).hasSize(2);
    }
  }

  @Test
  void used_inPostgresql_isTheSame() {
    try (Database database = shared()) {
      Schema.update(database);
      keepsWhatWasUsed(database);
    }
  }

  @Test
  void update_ofPostgresqlOfTheVersionBefore_addsTheTables() {
    try (Database database = shared()) {
      Flyway.configure()
          .dataSource(database.connections())
          .locations("classpath:schema/postgresql")
          .target("9")
          .load()
          .migrate();

      Schema.update(database);

      keepsWhatWasUsed(database);
    }
  }

  private static Posting posting(List<Spent> spent, long faded, long at) {
    return new Posting(spent, Map.of("north", faded), at);
  }

  private static void keepsWhatWasUsed(Database database) {
    UseStore first = new JdbcUseStore(database);
    UseStore.Opened opened = first.open(NOW);
    assertThat(opened.tenants()).isEmpty();
    Posting posting =
        posting(
            List.of(
                new Spent(NORTH, HOUR - 1, 100),
                new Spent(NORTH, HOUR, 1_000),
                new Spent(OTHER_FILM, HOUR, 10),
                new Spent(SOUTH, HOUR - 24 * 100, 7)),
            1_050,
            NOW);
    assertThat(first.add(opened.term(), 1, posting)).isTrue();
    assertThat(first.add(opened.term(), 1, posting)).as("once more").isTrue();
    assertThat(
            first.add(
                opened.term(),
                2,
                posting(
                    List.of(new Spent(NORTH, HOUR, 1), new Spent(SOUTH, HOUR, 5)),
                    1_040,
                    NOW + 60)))
        .isTrue();

    UseStore second = new JdbcUseStore(database);
    UseStore.Opened later = second.open(NOW + 1_000);

    assertThat(later.term()).isGreaterThan(opened.term());
    assertThat(later.tenants())
        .containsExactly(
            new Remembered("north", Map.of(DAY - 1, 100L, DAY, 1_011L), 1_040, NOW + 60),
            new Remembered("south", Map.of(DAY, 5L), 0, 0));
    assertThat(first.add(opened.term(), 3, posting)).as("of one that is over").isFalse();
    assertThat(second.add(later.term(), 2, posting)).as("one was left out").isFalse();
    assertThat(second.open(NOW).tenants()).isEqualTo(later.tenants());
  }

  @Test
  void open_longAfter_forgetsWhatIsOlderThanTwoYears() {
    try (Database database = embedded()) {
      Schema.update(database);
      UseStore store = new JdbcUseStore(database);
      store.add(store.open(NOW).term(), 1, posting(List.of(new Spent(NORTH, HOUR, 1)), 1, NOW));

      store.open(NOW + Duration.ofDays(700).toMillis());
      assertThat(rows(database)).isEqualTo(1);
      store.open(NOW + Duration.ofDays(900).toMillis());
      assertThat(rows(database)).isZero();
    }
  }

  private static int rows(Database database) {
    return database.call(
        connection -> {
          try (Statement statement = connection.createStatement();
              var row = statement.executeQuery("SELECT COUNT(*) FROM used_time")) {
            row.next();
            return row.getInt(1);
          }
        });
  }
}
