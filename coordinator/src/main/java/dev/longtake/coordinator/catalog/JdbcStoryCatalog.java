package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.database.Together;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The catalog as the table {@code stories}; its scripts are {@code schema/*}. */
public final class JdbcStoryCatalog implements StoryCatalog {

  /** How long a story that was not submitted may still be. */
  private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

  /** For so long a story waits until it is registered. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

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
  private final Together<NewStory, Registered> registrations =
      new Together<>(PATIENCE, this::register);

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
    return registrations.ask(story);
  }

  private List<Supplier<Registered>> register(List<NewStory> stories) {
    return database.transact(connection -> registrations(connection).all(stories));
  }

  private Registrations registrations(Connection connection) {
    return new Registrations(connection, clock.instant(), openStoriesMax);
  }

  @Override
  public void requireRoom() {
    database.call(
        connection -> {
          registrations(connection).requireRoom();
          return true;
        });
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
