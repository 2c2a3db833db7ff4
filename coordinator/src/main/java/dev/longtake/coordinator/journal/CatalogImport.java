package dev.longtake.coordinator.journal;

import dev.longtake.coordinator.catalog.JdbcStoryCatalog;
import dev.longtake.coordinator.catalog.StoryEndings;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.story.CatalogEvent;
import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import java.io.NotSerializableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the catalog out of a journal of earlier builds, which kept it as events, and puts it into
 * its table. Broken off, it is done again at the next start.
 */
final class CatalogImport {

  private static final String READ =
      """
      SELECT "event_payload", "event_ser_manifest" FROM "event_journal"
      WHERE "persistence_id" = 'stories' ORDER BY "sequence_number"
      """;

  /** Name and times of a story that goes on are told by its actor, as soon as it is woken. */
  private static final String INSERT =
      """
      INSERT INTO stories (sequence, story_id, request_id, content_digest, event_count, name,
        name_key, state, submit_time, frame_count, shots_done, shot_count)
      SELECT ?, ?, ?, ?, 0, ?, ?, 'PENDING', ?, 0, 0, 0
      WHERE NOT EXISTS (SELECT 1 FROM stories WHERE sequence = ?)
      """;

  private CatalogImport() {}

  /** Does nothing if there is no such event. */
  static void run(Database database) {
    List<CatalogEvent> events = database.call(CatalogImport::read);
    if (events.isEmpty()) {
      return;
    }
    var catalog =
        new JdbcStoryCatalog(
            database, InstantSource.system(), Integer.MAX_VALUE, StoryEndings.NOT_TOLD);
    for (CatalogEvent event : events) {
      switch (event) {
        case StoryRegistered registered -> database.call(to -> insert(to, registered));
        case StoryClosed(var line) -> catalog.update(line, 1);
      }
    }
    database.call(CatalogImport::finish);
  }

  private static List<CatalogEvent> read(Connection connection) throws SQLException {
    var serializer = new JournalSerializer();
    try (PreparedStatement query = connection.prepareStatement(READ);
        ResultSet rows = query.executeQuery()) {
      List<CatalogEvent> events = new ArrayList<>();
      while (rows.next()) {
        events.add((CatalogEvent) serializer.fromBinary(rows.getBytes(1), rows.getString(2)));
      }
      return events;
    } catch (NotSerializableException e) {
      throw new SQLException(e.getMessage(), e);
    }
  }

  private static int insert(Connection connection, StoryRegistered story) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, story.sequence());
      insert.setString(2, story.storyId());
      insert.setString(3, story.requestId());
      insert.setString(4, story.content().hex());
      insert.setString(5, story.storyId());
      insert.setString(6, story.storyId());
      insert.setObject(7, Instant.EPOCH.atOffset(ZoneOffset.UTC));
      insert.setLong(8, story.sequence());
      return insert.executeUpdate();
    }
  }

  private static int finish(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE story_numbers SET newest = (SELECT MAX(sequence) FROM stories)");
      return statement.executeUpdate(
          "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = 'stories'");
    }
  }
}
