package dev.longtake.coordinator.workers;

import dev.longtake.coordinator.database.Database;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Marks in the database of stories. */
public final class JdbcMarkStore implements MarkStore {

  private static final String SELECT =
      "SELECT worker_id, kind, reason, since, until, times FROM worker_marks";

  private static final int MARKS_MAX = 10_000;

  /** Longer than any probation. */
  private static final Duration REMEMBERED = Duration.ofDays(7);

  private final Database database;
  private final MarkListener listener;

  /** In this database, whose tables are there. */
  public JdbcMarkStore(Database database, MarkListener listener) {
    this.database = database;
    this.listener = listener;
  }

  @Override
  public List<WorkerMark> all() {
    return database.call(
        connection -> {
          List<WorkerMark> marks = new ArrayList<>();
          try (PreparedStatement query =
                  connection.prepareStatement(SELECT + " ORDER BY worker_id");
              ResultSet row = query.executeQuery()) {
            while (row.next()) {
              marks.add(mark(row));
            }
          }
          return marks;
        });
  }

  private static WorkerMark mark(ResultSet row) throws SQLException {
    return new WorkerMark(
        row.getString("worker_id"),
        WorkerMark.Kind.valueOf(row.getString("kind")),
        row.getString("reason"),
        row.getObject("since", OffsetDateTime.class).toInstant(),
        until(row),
        row.getInt("times"));
  }

  private static Optional<Instant> until(ResultSet row) throws SQLException {
    @Nullable OffsetDateTime until = row.getObject("until", OffsetDateTime.class);
    return Optional.ofNullable(until).map(OffsetDateTime::toInstant);
  }

  @Override
  public void put(WorkerMark mark) {
    int _ =
        database.transact(
            connection -> {
              delete(connection, mark.workerId());
              deleteBefore(connection, mark.since().minus(REMEMBERED));
              requireRoom(connection);
              listener.note(connection, mark);
              try (PreparedStatement insert =
                  connection.prepareStatement(
                      "INSERT INTO worker_marks (worker_id, kind, reason, since, until, times)"
                          + " VALUES (?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, mark.workerId());
                insert.setString(2, mark.kind().name());
                insert.setString(3, mark.reason());
                insert.setObject(4, time(mark.since()));
                insert.setObject(5, mark.until().map(JdbcMarkStore::time).orElse(null));
                insert.setInt(6, mark.times());
                return insert.executeUpdate();
              }
            });
  }

  private static OffsetDateTime time(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  /** Those that ended long ago say nothing of their workers any more. */
  private static void deleteBefore(Connection connection, Instant end) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM worker_marks WHERE until < ?")) {
      delete.setObject(1, time(end));
      delete.executeUpdate();
    }
  }

  private static void requireRoom(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT COUNT(*) FROM worker_marks");
        ResultSet row = query.executeQuery()) {
      row.next();
      if (row.getInt(1) >= MARKS_MAX) {
        throw new LongtakeException(
            ErrorCode.LIMIT_REACHED,
            "expected at most %d workers that something is held against, and there are so many"
                .formatted(MARKS_MAX));
      }
    }
  }

  @Override
  public Optional<WorkerMark> remove(String workerId) {
    return database.transact(
        connection -> {
          Optional<WorkerMark> before;
          try (PreparedStatement query =
              connection.prepareStatement(SELECT + " WHERE worker_id = ?")) {
            query.setString(1, workerId);
            try (ResultSet row = query.executeQuery()) {
              before = row.next() ? Optional.of(mark(row)) : Optional.empty();
            }
          }
          delete(connection, workerId);
          return before;
        });
  }

  private static void delete(Connection connection, String workerId) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM worker_marks WHERE worker_id = ?")) {
      delete.setString(1, workerId);
      delete.executeUpdate();
    }
  }
}
