package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.database.Database;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stories that ended long ago, of which the farm may forget everything: their lines, what was
 * logged of them, and their events and snapshots in the journal. Several coordinators may do so at
 * once. Every call waits for the database.
 */
public final class EndedStories {

  private static final int AT_ONCE = 100;

  /** Who ended before a moment was submitted before it, which an index knows. */
  private static final String ENDED =
      """
      SELECT story_id FROM stories
      WHERE state IN ('SUCCEEDED', 'FAILED', 'CANCELLED') AND submit_time < ? AND end_time < ?
      ORDER BY sequence LIMIT %d
      """
          .formatted(AT_ONCE);

  /** A story that was told to go on meanwhile has no end any more, or a later one. */
  private static final String LINE = "DELETE FROM stories WHERE story_id = ? AND end_time < ?";

  private static final String SNAPSHOTS = "DELETE FROM \"snapshot\" WHERE \"persistence_id\" = ?";
  private static final String EVENTS = "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ?";

  private static final String LINES = "DELETE FROM log_lines WHERE story_id = ?";

  private static final String KEEP =
      "UPDATE stories SET end_time = ? WHERE story_id = ? AND end_time IS NOT NULL";

  private static final String ABANDON =
      "DELETE FROM stories WHERE state = 'PENDING' AND event_count = 0 AND submit_time < ?";

  /** What was forgotten. */
  public record Forgotten(int stories, long events) {

    /** Nothing. */
    public static final Forgotten NOTHING = new Forgotten(0, 0);

    private Forgotten plus(Forgotten other) {
      return new Forgotten(stories + other.stories, events + other.events);
    }
  }

  private final Database database;

  /** Those in this database. */
  public EndedStories(Database database) {
    this.database = database;
  }

  /**
   * Forgets those that ended before this moment, some at a time.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the database does not answer
   */
  public Forgotten forget(Instant before) {
    Forgotten all = Forgotten.NOTHING;
    while (true) {
      List<String> ended = database.call(connection -> ended(connection, before));
      Forgotten some = database.transact(connection -> forget(connection, ended, before));
      all = all.plus(some);
      if (ended.size() < AT_ONCE || some.stories() == 0) {
        return all;
      }
    }
  }

  private static List<String> ended(Connection connection, Instant before) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(ENDED)) {
      query.setObject(1, Rows.time(before));
      query.setObject(2, Rows.time(before));
      try (ResultSet rows = query.executeQuery()) {
        List<String> ids = new ArrayList<>();
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
        return ids;
      }
    }
  }

  private static Forgotten forget(Connection connection, List<String> ids, Instant before)
      throws SQLException {
    Forgotten all = Forgotten.NOTHING;
    try (PreparedStatement line = connection.prepareStatement(LINE);
        PreparedStatement snapshots = connection.prepareStatement(SNAPSHOTS);
        PreparedStatement events = connection.prepareStatement(EVENTS);
        PreparedStatement said = connection.prepareStatement(LINES)) {
      for (String id : ids) {
        line.setString(1, id);
        line.setObject(2, Rows.time(before));
        if (line.executeUpdate() > 0) {
          snapshots.setString(1, "story|" + id);
          snapshots.executeUpdate();
          said.setString(1, id);
          said.executeUpdate();
          events.setString(1, "story|" + id);
          all = all.plus(new Forgotten(1, events.executeUpdate()));
        }
      }
    }
    return all;
  }

  /** When the oldest story that the farm knows was submitted; empty if it knows none. */
  public Optional<Instant> oldest() {
    return database.call(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement("SELECT MIN(submit_time) FROM stories");
              ResultSet row = query.executeQuery()) {
            row.next();
            return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
          }
        });
  }

  /**
   * Keeps a story that has ended as if it had ended now: it is about to be told to go on.
   *
   * @return false if there is none
   */
  static boolean keep(Database database, String storyId, Instant now) {
    return database.call(
        connection -> {
          try (PreparedStatement keep = connection.prepareStatement(KEEP)) {
            keep.setObject(1, Rows.time(now));
            keep.setString(2, storyId);
            return keep.executeUpdate() > 0;
          }
        });
  }

  /** Forgets stories that got an id before this moment and were never submitted. */
  static void forgetAbandoned(Database database, Instant then) {
    database.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(ABANDON)) {
            delete.setObject(1, Rows.time(then));
            return delete.executeUpdate();
          }
        });
  }
}
