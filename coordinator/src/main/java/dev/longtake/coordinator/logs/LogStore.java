package dev.longtake.coordinator.logs;

import dev.longtake.coordinator.database.Database;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LogLine;
import dev.longtake.lease.LogPage;
import dev.longtake.lease.LogQuery;
import dev.longtake.story.status.TenantScope;
import dev.longtake.words.Word;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines in the database of stories, in the table {@code log_lines}: whichever coordinator kept
 * them, all can read them. Those of stories that the farm does not know are dropped, and of a story
 * with very many the oldest go. Every call waits for the database. Safe for any number of threads.
 */
public final class LogStore {

  private static final Logger log = LoggerFactory.getLogger(LogStore.class);

  /** Lines of a story; a film of a thousand chunks has about ten thousand. */
  private static final int STORY_LINES_MAX = 100_000;

  /** Lines of a story after which this process counts them. */
  static final int COUNT_AFTER = 1000;

  private static final int COUNTED_MAX = 10_000;

  private static final String ADD =
      """
      INSERT INTO log_lines (story_id, shot_id, worker_id, said_millis, severity, sentence,
        shot_index, work, work_index, attempt, line_number)
      SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT),
        CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS INTEGER), CAST(? AS VARCHAR),
        CAST(? AS INTEGER), CAST(? AS INTEGER), CAST(? AS INTEGER)
      WHERE EXISTS (SELECT 1 FROM stories WHERE story_id = ?)
        AND NOT EXISTS (SELECT 1 FROM log_lines WHERE story_id = ? AND shot_index = ?
          AND work = ? AND work_index = ? AND attempt = ? AND line_number = ?)
      """;

  private static final String TRIM =
      """
      DELETE FROM log_lines WHERE story_id = ? AND line_id <= (
        SELECT line_id FROM log_lines WHERE story_id = ? ORDER BY line_id DESC LIMIT 1 OFFSET ?)
      """;

  /** Of two that write at once the later number may be there first; a while later both are. */
  private static final String SELECT =
      """
      SELECT line_id, story_id, shot_id, worker_id, said_millis, severity, sentence, shot_index,
        work, work_index, attempt, line_number,
        CASE WHEN kept_at < CURRENT_TIMESTAMP - INTERVAL '2' SECOND THEN 1 ELSE 0 END AS settled
      FROM log_lines WHERE line_id > ?
      """;

  private static final String OF_TENANT =
      " AND EXISTS (SELECT 1 FROM stories WHERE stories.story_id = log_lines.story_id"
          + " AND tenant = ?)";

  private final Database database;
  private final int storyLinesMax;
  private final Map<String, Long> uncounted = new ConcurrentHashMap<>();

  /** In this database, whose tables are there. */
  public LogStore(Database database) {
    this(database, STORY_LINES_MAX);
  }

  LogStore(Database database, int storyLinesMax) {
    this.database = database;
    this.storyLinesMax = storyLinesMax;
  }

  /**
   * Keeps lines; those of a worker that are kept are not kept again.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the database does not answer
   */
  public void add(List<LogLine> lines) {
    int _ =
        database.transact(
            connection -> {
              try (PreparedStatement insert = connection.prepareStatement(ADD)) {
                for (LogLine line : lines) {
                  set(insert, line);
                  insert.addBatch();
                }
                return insert.executeBatch().length;
              }
            });
    lines.stream()
        .collect(Collectors.groupingBy(line -> line.about().storyId(), Collectors.counting()))
        .forEach(this::count);
  }

  private static void set(PreparedStatement insert, LogLine line) throws SQLException {
    LogLine.About about = line.about();
    insert.setString(1, about.storyId());
    insert.setString(2, about.shotId());
    insert.setString(3, about.workerId());
    insert.setLong(4, line.at().toEpochMilli());
    insert.setString(5, line.level().word());
    insert.setString(6, line.text());
    setPlace(insert, 7, line);
    insert.setString(12, about.storyId());
    insert.setString(13, about.storyId());
    setPlace(insert, 14, line);
  }

  private static void setPlace(PreparedStatement insert, int at, LogLine line) throws SQLException {
    if (line.about().lease().isPresent()) {
      LeaseToken lease = line.about().lease().get();
      insert.setInt(at, lease.shotIndex());
      insert.setString(at + 1, lease.kind().name());
      insert.setInt(at + 2, lease.index());
      insert.setInt(at + 3, lease.attempt());
    } else {
      insert.setNull(at, Types.INTEGER);
      insert.setNull(at + 1, Types.VARCHAR);
      insert.setNull(at + 2, Types.INTEGER);
      insert.setNull(at + 3, Types.INTEGER);
    }
    if (line.number().isPresent()) {
      insert.setInt(at + 4, line.number().getAsInt());
    } else {
      insert.setNull(at + 4, Types.INTEGER);
    }
  }

  /** Never throws: lines are kept by now, and who hears otherwise hands them over again. */
  private void count(String storyId, long lines) {
    if (uncounted.size() > COUNTED_MAX) {
      uncounted.clear();
    }
    if (uncounted.merge(storyId, lines, Long::sum) < COUNT_AFTER) {
      return;
    }
    try {
      trim(storyId, storyLinesMax);
      uncounted.remove(storyId);
    } catch (LongtakeException e) { // With the next lines again.
      log.debug("story={} may have more lines than it may: {}", storyId, e.getMessage());
    }
  }

  /** Drops the oldest lines of a story that has more than so many. */
  void trim(String storyId, int max) {
    int _ =
        database.call(
            connection -> {
              try (PreparedStatement delete = connection.prepareStatement(TRIM)) {
                delete.setString(1, storyId);
                delete.setString(2, storyId);
                delete.setInt(3, max);
                return delete.executeUpdate();
              }
            });
  }

  /**
   * Some of the lines that are kept.
   *
   * @param scope whose stories there are for whoever asks
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the database does not answer
   */
  public LogPage find(LogQuery query, TenantScope scope) {
    return database.call(
        connection -> select(connection, query, scope, false, rows -> page(rows, query)));
  }

  /**
   * The newest of the lines that {@link #find} would give page by page, in the order in which they
   * were kept.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the database does not answer
   */
  public List<LogLine> latest(LogQuery query, TenantScope scope) {
    List<LogLine> newestFirst =
        database.call(
            connection -> select(connection, query, scope, true, rows -> lines(rows, query)));
    return newestFirst.reversed();
  }

  private interface Reading<T> {
    T of(ResultSet rows) throws SQLException;
  }

  private static <T> T select(
      Connection connection,
      LogQuery query,
      TenantScope scope,
      boolean newestFirst,
      Reading<T> reading)
      throws SQLException {
    boolean isOfStory = !query.storyId().isEmpty();
    String sql =
        SELECT
            + (isOfStory ? " AND story_id = ?" : " AND worker_id = ?")
            + (query.shotId().isEmpty() ? "" : " AND shot_id = ?")
            + (query.chunk().isEmpty() ? "" : " AND work = 'CHUNK' AND work_index = ?")
            + (scope.isAll() ? "" : OF_TENANT)
            + (newestFirst ? " ORDER BY line_id DESC LIMIT ?" : " ORDER BY line_id LIMIT ?");
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      int at = 1;
      select.setLong(at++, query.after());
      select.setString(at++, isOfStory ? query.storyId() : query.workerId());
      if (!query.shotId().isEmpty()) {
        select.setString(at++, query.shotId());
      }
      if (query.chunk().isPresent()) {
        select.setInt(at++, query.chunk().getAsInt());
      }
      if (!scope.isAll()) {
        select.setString(at++, scope.word());
      }
      select.setInt(at, query.size() + 1);
      try (ResultSet rows = select.executeQuery()) {
        return reading.of(rows);
      }
    }
  }

  private static LogPage page(ResultSet rows, LogQuery query) throws SQLException {
    List<LogPage.Kept> lines = new ArrayList<>();
    long next = query.after();
    boolean isMore = false;
    while (rows.next()) {
      if (lines.size() == query.size()) {
        isMore = true;
        break;
      }
      lines.add(new LogPage.Kept(rows.getLong("line_id"), line(rows)));
      next = rows.getInt("settled") == 1 ? rows.getLong("line_id") : next;
    }
    boolean standsStill = isMore && next == query.after();
    return new LogPage(lines, standsStill ? lines.getLast().id() : next, isMore);
  }

  private static List<LogLine> lines(ResultSet rows, LogQuery query) throws SQLException {
    List<LogLine> lines = new ArrayList<>();
    while (lines.size() < query.size() && rows.next()) {
      lines.add(line(rows));
    }
    return lines;
  }

  private static LogLine line(ResultSet row) throws SQLException {
    String storyId = row.getString("story_id");
    int number = row.getInt("line_number");
    OptionalInt ofWorker = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(number);
    return new LogLine(
        Instant.ofEpochMilli(row.getLong("said_millis")),
        Word.read(LogLine.Level.class, row.getString("severity")).orElse(LogLine.Level.INFO),
        new LogLine.About(
            storyId, row.getString("shot_id"), lease(storyId, row), row.getString("worker_id")),
        ofWorker,
        row.getString("sentence"));
  }

  private static Optional<LeaseToken> lease(String storyId, ResultSet row) throws SQLException {
    String work = row.getString("work");
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(
            new LeaseToken(
                storyId,
                row.getInt("shot_index"),
                LeaseToken.Kind.valueOf(work),
                row.getInt("work_index"),
                row.getInt("attempt")));
  }
}
