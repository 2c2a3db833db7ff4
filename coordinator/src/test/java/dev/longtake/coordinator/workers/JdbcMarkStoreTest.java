package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.database.Schema;
import dev.longtake.lease.WorkerMark;
import dev.longtake.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcMarkStoreTest {

  private static final WorkerMark DRAINED =
      new WorkerMark(
          "gpu-7", WorkerMark.Kind.DRAINED, "new fans", Instant.EPOCH, Optional.empty(), 1);

  private static final String NONE = "no reason given";

  @TempDir private Path folder;

  private Database embedded() {
    return Database.embedded(
        "jdbc:h2:file:" + folder.resolve("stories").toAbsolutePath(), new CompletableFuture<>());
  }

  @Test
  void marks_inAFile_outliveTheProcess() {
    try (Database database = embedded()) {
      keepsMarks(database);
    }
    try (Database database = embedded()) {
      assertThat(new JdbcMarkStore(database, MarkListener.NOT_TOLD).all()).containsExactly(DRAINED);
    }
  }

  @Test
  void marks_inPostgresql_areTheSame() {
    try (Database database =
        Database.shared(
            new PostgresSettings(
                TestPostgres.newDatabase(),
                TestPostgres.USER,
                Optional.of(TestPostgres.PASSWORD),
                Optional.empty()))) {
      keepsMarks(database);
    }
  }

  @Test
  void update_ofAFileWithDrainedWorkers_takesThemOver() {
    try (Database database = embedded()) {
      takesOver(database, "schema/h2");
    }
  }

  @Test
  void update_ofPostgresqlWithDrainedWorkers_takesThemOver() {
    try (Database database =
        Database.shared(
            new PostgresSettings(
                TestPostgres.newDatabase(),
                TestPostgres.USER,
                Optional.of(TestPostgres.PASSWORD),
                Optional.empty()))) {
      takesOver(database, "schema/postgresql");
    }
  }

  /** What an earlier build wrote: 12 s after the epoch, with a reason and without. */
  private static void takesOver(Database database, String scripts) {
    Flyway.configure()
        .dataSource(database.connections())
        .locations("classpath:" + scripts)
        .target("4")
        .load()
        .migrate();
    execute(
        database,
        "INSERT INTO drained_workers VALUES ('gpu-7', 'new fans', 12000), ('gpu-8', '', 12000)");

    Schema.update(database);

    Instant since = Instant.ofEpochSecond(12);
    assertThat(new JdbcMarkStore(database, MarkListener.NOT_TOLD).all())
        .containsExactly(drained("gpu-7", "new fans", since), drained("gpu-8", NONE, since));
  }

  private static WorkerMark drained(String workerId, String reason, Instant since) {
    return new WorkerMark(workerId, WorkerMark.Kind.DRAINED, reason, since, Optional.empty(), 1);
  }

  private static void execute(Database database, String sql) {
    database.call(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
          }
        });
  }

  /** A mark that ended long ago goes with the next one that is put. */
  @Test
  void put_longAfterOneHasEnded_forgetsIt() {
    try (Database database = embedded()) {
      Schema.update(database);
      var store = new JdbcMarkStore(database, MarkListener.NOT_TOLD);
      Instant end = Instant.EPOCH.plusSeconds(60);
      store.put(
          new WorkerMark(
              "gpu-7", WorkerMark.Kind.QUARANTINED, "failed", Instant.EPOCH, Optional.of(end), 1));
      WorkerMark later = drained("gpu-8", "new fans", end.plus(Duration.ofDays(8)));

      store.put(later);

      assertThat(store.all()).containsExactly(later);
    }
  }

  private static void keepsMarks(Database database) {
    Schema.update(database);
    var store = new JdbcMarkStore(database, MarkListener.NOT_TOLD);
    assertThat(store.all()).isEmpty();
    assertThat(store.remove("gpu-7")).isEmpty();
    var quarantined =
        new WorkerMark(
            "gpu-7",
            WorkerMark.Kind.QUARANTINED,
            "failed",
            Instant.EPOCH,
            Optional.of(Instant.EPOCH.plusSeconds(60)),
            2);

    store.put(DRAINED);
    store.put(quarantined);

    assertThat(store.all()).containsExactly(quarantined);
    assertThat(store.remove("gpu-7")).contains(quarantined);
    assertThat(store.all()).isEmpty();
    store.put(DRAINED);
  }
}
