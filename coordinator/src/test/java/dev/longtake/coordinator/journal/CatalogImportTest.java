package dev.longtake.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.catalog.JdbcStoryCatalog;
import dev.longtake.coordinator.catalog.NewStory;
import dev.longtake.coordinator.catalog.StoryEndings;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.Owner;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A journal whose catalog is still in events. */
@Timeout(60)
class CatalogImportTest {

  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private static final StorySummary ENDED =
      new StorySummary(
          "story-000001",
          "Rosie",
          StoryState.SUCCEEDED,
          AT,
          Optional.of(new StoryStatus.Ending(AT.plusSeconds(9), Optional.empty())),
          33,
          new Count(2, 2));

  @TempDir private Path folder;

  private static void write(Database database, List<CatalogEvent> events) {
    var serializer = new JournalSerializer();
    database.call(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
                    "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
                    "event_payload") VALUES ('stories', ?, '', 0, '', ?, ?, ?)
                  """)) {
            for (int i = 0; i < events.size(); i++) {
              insert.setInt(1, i + 1);
              insert.setInt(2, serializer.identifier());
              insert.setString(3, serializer.manifest(events.get(i)));
              insert.setBytes(4, serializer.toBinary(events.get(i)));
              insert.executeUpdate();
            }
            return events.size();
          }
        });
  }

  @Test
  void open_journalWithACatalogOfEvents_hasItInTheTable() {
    try (Database database = Journal.open(folder, true)) {
      write(
          database,
          List.of(
              new StoryRegistered("story-000001", 1, "one", Digest.ofText("one")),
              new StoryRegistered("story-000002", 2, "two", Digest.ofText("two")),
              new StoryClosed(ENDED)));
    }

    Journal.open(folder, true).close();
    try (Database database = Journal.open(folder, true)) {
      var catalog =
          new JdbcStoryCatalog(database, InstantSource.fixed(AT), 10, StoryEndings.NOT_TOLD);
      assertThat(catalog.find("story-000001")).contains(ENDED);
      assertThat(catalog.open()).containsExactly("story-000002");
      assertThat(catalog.page(StoryFilter.ALL, 10, "").stories()).hasSize(2);
      assertThat(catalog.register(story("two")).sequence()).isEqualTo(2);
      assertThat(catalog.register(story("three")).sequence()).isEqualTo(3);
    }
  }

  private static NewStory story(String requestId) {
    return new NewStory(requestId, Digest.ofText(requestId), Owner.UNKNOWN, requestId, 33, 2);
  }
}
