package dev.longtake.coordinator.catalog;

import dev.longtake.client.FarmClient;
import dev.longtake.config.Overrides;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.PostgresSettings;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a start and a list take where many stories have ended; its output is what {@code
 * benchmarks.md} quotes. Not part of the tests.
 */
class CatalogBench {

  private static final int ROWS = Integer.getInteger("rows", 100_000);
  private static final int CALLS = 41;
  private static final Instant FIRST = Instant.parse("2020-01-01T00:00:00Z");
  private static final List<StoryState> STATES =
      List.of(StoryState.SUCCEEDED, StoryState.SUCCEEDED, StoryState.CANCELLED);

  @TempDir private Path folder;

  @Test
  void embedded() {
    Overrides overrides = TestConfig.in(folder);
    measure("H2, no story", overrides);
    try (Database database = Journal.open(folder.resolve("journal"), true)) {
      fill(database);
    }
    measure("H2", overrides);
    measure("H2 again", overrides);
  }

  @Test
  void postgresql() {
    PostgresSettings settings =
        new PostgresSettings(
            TestPostgres.newDatabase(),
            TestPostgres.USER,
            Optional.of(TestPostgres.PASSWORD),
            Optional.empty());
    Overrides overrides =
        TestConfig.in(folder)
            .with("bench", "storage.journal", "postgresql")
            .with("bench", "storage.postgresql.url", settings.url())
            .with("bench", "storage.postgresql.user", settings.user())
            .with("bench", "storage.postgresql.password", TestPostgres.PASSWORD.value());
    measure("PostgreSQL, no story", overrides);
    try (Database database = Journal.open(settings)) {
      fill(database);
    }
    measure("PostgreSQL", overrides);
    measure("PostgreSQL again", overrides);
  }

  /** A story a minute; one in a thousand has failed, one in ten thousand has a name of its own. */
  private static void fill(Database database) {
    database.call(
        connection -> {
          connection.setAutoCommit(false);
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO stories (sequence, story_id, request_id, content_digest, event_count,
                    name, name_key, state, submit_time, end_time, frame_count, shots_done,
                    shot_count)
                  VALUES (?, ?, ?, ?, 99, ?, ?, ?, ?, ?, 328, 7, 7)
                  """)) {
            for (int i = 1; i <= ROWS; i++) {
              row(insert, i);
              insert.addBatch();
              if (i % 1000 == 0 || i == ROWS) {
                insert.executeBatch();
                connection.commit();
              }
            }
          }
          connection.setAutoCommit(true);
          try (Statement statement = connection.createStatement()) {
            return statement.execute("ANALYZE");
          }
        });
  }

  private static void row(PreparedStatement insert, int i) throws java.sql.SQLException {
    Instant at = FIRST.plus(Duration.ofMinutes(i));
    String name = (i % 10_000 == 0 ? "Rosie " : "New York ") + i;
    StoryState state = i % 1000 == 0 ? StoryState.FAILED : STATES.get(i % STATES.size());
    insert.setLong(1, i);
    insert.setString(2, "story-%06d".formatted(i));
    insert.setString(3, "request-" + i);
    insert.setString(4, "0".repeat(64));
    insert.setString(5, name);
    insert.setString(6, Rows.key(name));
    insert.setString(7, state.name());
    insert.setObject(8, Rows.time(at));
    insert.setObject(9, Rows.time(at.plusSeconds(30)));
  }

  private static void measure(String title, Overrides overrides) {
    long start = System.nanoTime();
    try (Coordinator coordinator =
            Coordinator.start(CoordinatorConfig.CONFIGURATION.of(overrides));
        FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port())) {
      say(title, "start", (System.nanoTime() - start) / 1e6);
      Instant middle = FIRST.plus(Duration.ofMinutes(ROWS / 2));
      time(title, "newest 50", client, StoryFilter.ALL);
      time(title, "failed", client, filter(Set.of(StoryState.FAILED), "", Optional.empty()));
      time(title, "open", client, StoryFilter.OPEN);
      time(title, "name of many", client, filter(Set.of(), "new", Optional.empty()));
      time(title, "name of few", client, filter(Set.of(), "rosie", Optional.empty()));
      time(title, "name of none", client, filter(Set.of(), "zzz", Optional.empty()));
      time(
          title,
          "failed, by name",
          client,
          filter(Set.of(StoryState.FAILED), "new york", Optional.empty()));
      time(
          title,
          "before the middle",
          client,
          new StoryFilter(Set.of(), "", Optional.empty(), Optional.of(middle)));
    }
  }

  private static StoryFilter filter(Set<StoryState> states, String name, Optional<Instant> since) {
    return new StoryFilter(states, name, since, Optional.empty());
  }

  /** The median of several calls, the first of which are not counted. */
  private static void time(String title, String what, FarmClient client, StoryFilter filter) {
    IntStream.range(0, 5).forEach(i -> client.list(filter, 50, ""));
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      client.list(filter, 50, "");
      times.add((System.nanoTime() - start) / 1e6);
    }
    times.sort(null);
    say(title, what, times.get(CALLS / 2));
  }

  private static void say(String title, String what, double millis) {
    System.out.printf("%-22s %-20s %8.1f ms%n", title, what, millis);
  }
}
