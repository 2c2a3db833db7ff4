package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.catalog.StoryCatalog.Registered;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** New stories that are registered in one transaction. */
final class Registrations {

  /** SQL's standard code for a value that is there already where each may be there once. */
  private static final String UNIQUE_VIOLATION = "23505";

  private static final String KNOWN =
      "SELECT sequence, story_id, content_digest, event_count FROM stories"
          + " WHERE tenant = ? AND request_id = ?";

  private static final String TOUCH =
      "UPDATE stories SET submit_time = ?"
          + " WHERE tenant = ? AND request_id = ? AND event_count = 0";

  private static final String COUNT_OPEN =
      "SELECT COUNT(*) FROM stories WHERE state IN ('PENDING', 'RUNNING')";

  private static final String INSERT =
      """
      INSERT INTO stories (sequence, story_id, request_id, content_digest, event_count, name,
        name_key, state, submit_time, frame_count, shots_done, shot_count, tenant, owner)
      VALUES (?, ?, ?, ?, 0, ?, ?, 'PENDING', ?, ?, 0, ?, ?, ?)
      """;

  private final Connection connection;
  private final Instant now;
  private final int openStoriesMax;

  /** Stories that are not finished; not set before it was asked for. */
  private OptionalLong open = OptionalLong.empty();

  /** The newest story's number; not set while the other coordinators may still draw one. */
  private OptionalLong newest = OptionalLong.empty();

  Registrations(Connection connection, Instant now, int openStoriesMax) {
    this.connection = connection;
    this.now = now;
    this.openStoriesMax = openStoriesMax;
  }

  /**
   * Registers them.
   *
   * @return for each, in its order, what gives its place or throws why it has none
   */
  List<Supplier<Registered>> all(List<NewStory> stories) throws SQLException {
    List<Supplier<Registered>> answers = new ArrayList<>();
    for (NewStory story : stories) {
      answers.add(one(story));
    }
    if (newest.isPresent()) {
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE story_numbers SET newest = ?")) {
        update.setLong(1, newest.getAsLong());
        update.executeUpdate();
      }
    }
    return answers;
  }

  private Supplier<Registered> one(NewStory story) throws SQLException {
    try {
      while (true) {
        Optional<Registered> known = known(story);
        if (known.isPresent()) {
          return known::get;
        }
        requireRoom();
        Optional<Registered> added = add(story);
        if (added.isPresent()) {
          return added::get;
        } // Else somebody else was asked for the same at the same moment.
      }
    } catch (LongtakeException e) {
      return () -> {
        throw e;
      };
    }
  }

  private Optional<Registered> known(NewStory story) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(KNOWN)) {
      query.setString(1, story.owner().tenant());
      query.setString(2, story.requestId());
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        var known = new Registered(row.getString("story_id"), row.getLong("sequence"));
        if (!story.content().equals(new Digest(row.getString("content_digest")))) {
          throw new LongtakeException(
              ErrorCode.ALREADY_EXISTS,
              "request_id %s: expected the story of %s again, found another one"
                  .formatted(story.requestId(), known.storyId()));
        }
        return row.getLong("event_count") > 0 || touch(story)
            ? Optional.of(known)
            : Optional.empty();
      }
    }
  }

  /**
   * Keeps a story that is submitted only now from being forgotten.
   *
   * @return false if it has just been forgotten, or is in the journal by now
   */
  private boolean touch(NewStory story) throws SQLException {
    try (PreparedStatement touch = connection.prepareStatement(TOUCH)) {
      touch.setObject(1, Rows.time(now));
      touch.setString(2, story.owner().tenant());
      touch.setString(3, story.requestId());
      return touch.executeUpdate() > 0;
    }
  }

  /**
   * Returns if one more may be open.
   *
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if not
   */
  void requireRoom() throws SQLException {
    if (open.isEmpty()) {
      open = OptionalLong.of(number(COUNT_OPEN));
    }
    if (open.getAsLong() >= openStoriesMax) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "expected fewer than %d unfinished stories, found %d: wait until one has ended"
              .formatted(openStoriesMax, open.getAsLong()));
    }
  }

  private Optional<Registered> add(NewStory story) throws SQLException {
    if (newest.isEmpty()) { // The row is ours until the end: numbers come in the order of stories.
      newest = OptionalLong.of(number("SELECT newest FROM story_numbers FOR UPDATE"));
    }
    long sequence = newest.getAsLong() + 1;
    String storyId = "story-%06d".formatted(sequence);
    Savepoint before = connection.setSavepoint();
    try {
      insert(story, sequence, storyId);
    } catch (SQLException e) {
      connection.rollback(before);
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    }
    newest = OptionalLong.of(sequence);
    open = OptionalLong.of(open.orElse(0) + 1);
    return Optional.of(new Registered(storyId, sequence));
  }

  private void insert(NewStory story, long sequence, String storyId) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, sequence);
      insert.setString(2, storyId);
      insert.setString(3, story.requestId());
      insert.setString(4, story.content().hex());
      insert.setString(5, Rows.text(story.name()));
      insert.setString(6, Rows.key(story.name()));
      insert.setObject(7, Rows.time(now));
      insert.setInt(8, story.frameCount());
      insert.setInt(9, story.shotCount());
      insert.setString(10, story.owner().tenant());
      insert.setString(11, Rows.text(story.owner().name()));
      insert.executeUpdate();
    }
  }

  private long number(String question) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(question);
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }
}
