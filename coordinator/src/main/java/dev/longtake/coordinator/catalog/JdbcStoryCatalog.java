package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.database.Database;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalog as the table {@code stories}; its scripts are {@code schema/*}. */
public final class JdbcStoryCatalog implements StoryCatalog {

  /** How long a story that was not submitted may still be. */
  private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

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

  private static final String UPDATE =
      """
      UPDATE stories SET event_count = ?, name = ?, name_key = ?, state = ?, submit_time = ?,
        end_time = ?, frame_count = ?, shots_done = ?, shot_count = ?, failure_code = ?,
        failure_message = ?, tenant = ?, owner = ?
      WHERE story_id = ? AND event_count < ?
      """;

  private final Database database;
  private final InstantSource clock;
  private final int openStoriesMax;
  private final StoryEndings endings;

  /**
   * The catalog in this database.
   *
   * @param openStoriesMax stories that may be unfinished at once
   * @param endings is told of what is written
   */
  public JdbcStoryCatalog(
      Database database, InstantSource clock, int openStoriesMax, StoryEndings endings) {
    this.endings = endings;
    this.database = database;
    this.clock = clock;
    this.openStoriesMax = openStoriesMax;
  }

  @Override
  public Registered register(NewStory story) {
    return database.call(
        connection -> {
          while (true) {
            Optional<Registered> known = known(connection, story);
            if (known.isPresent()) {
              return known.get();
            }
            requireRoom(connection);
            Optional<Registered> added = add(connection, story);
            if (added.isPresent()) {
              return added.get();
            } // Else somebody else was asked for the same at the same moment.
          }
        });
  }

  private Optional<Registered> known(Connection connection, NewStory story) throws SQLException {
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
        return row.getLong("event_count") > 0 || touch(connection, story)
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
  private boolean touch(Connection connection, NewStory story) throws SQLException {
    try (PreparedStatement touch = connection.prepareStatement(TOUCH)) {
      touch.setObject(1, Rows.time(clock.instant()));
      touch.setString(2, story.owner().tenant());
      touch.setString(3, story.requestId());
      return touch.executeUpdate() > 0;
    }
  }

  @Override
  public void requireRoom() {
    database.call(this::requireRoom);
  }

  private boolean requireRoom(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(COUNT_OPEN);
        ResultSet row = query.executeQuery()) {
      row.next();
      int open = row.getInt(1);
      if (open >= openStoriesMax) {
        throw new LongtakeException(
            ErrorCode.LIMIT_REACHED,
            "expected fewer than %d unfinished stories, found %d: wait until one has ended"
                .formatted(openStoriesMax, open));
      }
      return true;
    }
  }

  private Optional<Registered> add(Connection connection, NewStory story) throws SQLException {
    long sequence = nextSequence(connection);
    String storyId = "story-%06d".formatted(sequence);
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, sequence);
      insert.setString(2, storyId);
      insert.setString(3, story.requestId());
      insert.setString(4, story.content().hex());
      insert.setString(5, Rows.text(story.name()));
      insert.setString(6, Rows.key(story.name()));
      insert.setObject(7, Rows.time(clock.instant()));
      insert.setInt(8, story.frameCount());
      insert.setInt(9, story.shotCount());
      insert.setString(10, story.owner().tenant());
      insert.setString(11, Rows.text(story.owner().name()));
      insert.executeUpdate();
      return Optional.of(new Registered(storyId, sequence));
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private long nextSequence(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(database.dialect().nextStory());
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public Optional<String> tenantOf(String storyId) {
    return database.call(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement("SELECT tenant FROM stories WHERE story_id = ?")) {
            query.setString(1, storyId);
            try (ResultSet row = query.executeQuery()) {
              return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public Optional<StorySummary> find(String storyId) {
    return database.call(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(Rows.SELECT + " WHERE story_id = ?")) {
            query.setString(1, storyId);
            try (ResultSet row = query.executeQuery()) {
              return row.next() ? Optional.of(Rows.summary(row)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public void update(List<Line> lines) {
    // In one order everywhere, so that no two coordinators wait for each other's rows.
    List<Line> inOrder =
        lines.stream().sorted(Comparator.comparing(line -> line.story().storyId())).toList();
    database.transact(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
            for (Line line : inOrder) {
              set(update, line);
              update.addBatch();
            }
            update.executeBatch();
          }
          endings.note(connection, inOrder.stream().map(Line::story).toList());
          return inOrder.size();
        });
  }

  private static void set(PreparedStatement update, Line line) throws SQLException {
    StorySummary story = line.story();
    update.setLong(1, line.eventCount());
    update.setString(2, Rows.text(story.name()));
    update.setString(3, Rows.key(story.name()));
    update.setString(4, story.state().name());
    update.setObject(5, Rows.time(story.submitTime()));
    update.setObject(6, story.ending().map(it -> Rows.time(it.at())).orElse(null));
    update.setInt(7, story.frameCount());
    update.setInt(8, story.shots().done());
    update.setInt(9, story.shots().total());
    update.setString(10, story.failure().map(it -> Rows.text(it.code())).orElse(null));
    update.setString(11, story.failure().map(it -> Rows.text(it.message())).orElse(null));
    update.setString(12, story.tenant());
    update.setString(13, Rows.text(story.submission().owner().name()));
    update.setString(14, story.storyId());
    update.setLong(15, line.eventCount());
  }

  @Override
  public Page page(StoryFilter filter, int pageSize, String pageToken) {
    PageToken after = PageToken.parse(pageToken);
    // A state at a time: each is then one run through an index, already in order.
    List<@Nullable StoryState> states = new ArrayList<>(filter.states());
    if (states.isEmpty()) {
      states.add(null);
    }
    List<Rows.Numbered> found =
        database.call(
            connection -> {
              List<Rows.Numbered> rows = new ArrayList<>();
              for (@Nullable StoryState state : states) {
                rows.addAll(new PageQuery(filter, state, after, pageSize + 1).run(connection));
              }
              return rows;
            });
    found.sort(Rows.NEWEST_FIRST);
    List<Rows.Numbered> page = found.subList(0, Math.min(pageSize, found.size()));
    String next = found.size() <= pageSize ? "" : page.getLast().token().toString();
    return new Page(page.stream().map(Rows.Numbered::line).toList(), next);
  }

  @Override
  public List<String> open(TenantScope scope) {
    return OpenStories.read(database, scope);
  }

  @Override
  public boolean keep(String storyId) {
    return EndedStories.keep(database, storyId, clock.instant());
  }

  @Override
  public void forgetAbandoned() {
    EndedStories.forgetAbandoned(database, clock.instant().minus(ABANDONED_AFTER));
  }
}
