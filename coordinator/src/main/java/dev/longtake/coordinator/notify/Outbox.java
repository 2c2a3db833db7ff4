package dev.longtake.coordinator.notify;

import dev.longtake.coordinator.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be told, as the table {@code notices}: a row for each notice and receiver, written in
 * the transaction that says in the catalog that it has happened. So nothing is forgotten whatever
 * ends, and any coordinator tells it; which one is decided by a row that only one of them can take.
 * Safe for any number of threads.
 */
final class Outbox {

  /** How long whoever takes a row may need; then another one takes it. Longer than any telling. */
  private static final Duration TAKEN = Duration.ofMinutes(1);

  /**
   * How long what is over is remembered, so that it is not told again, and what is for a receiver
   * that is no longer there. Longer than the longest patience.
   */
  private static final Duration KEPT = Duration.ofDays(8);

  private static final String ADD =
      """
      INSERT INTO notices (notice_id, receiver, body, created_millis, due_millis, attempts)
      SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT),
        CAST(? AS BIGINT), 0
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE notice_id = ? AND receiver = ?)
      """;

  private static final String NEXT =
      """
      SELECT notice_id, body, created_millis, attempts FROM notices
      WHERE receiver = ? AND due_millis <= ? ORDER BY due_millis FETCH FIRST 1 ROWS ONLY
      """;

  private static final String TAKE =
      """
      UPDATE notices SET due_millis = ?, attempts = attempts + 1
      WHERE notice_id = ? AND receiver = ? AND attempts = ? AND due_millis IS NOT NULL
      """;

  /** Only whoever took it last says when it comes again. */
  private static final String PUT_OFF =
      """
      UPDATE notices SET due_millis = ? WHERE notice_id = ? AND receiver = ? AND attempts = ?
      """;

  private static final String FINISH =
      "UPDATE notices SET due_millis = NULL WHERE notice_id = ? AND receiver = ?";

  private static final String FORGET = "DELETE FROM notices WHERE created_millis < ?";

  private final Database database;

  Outbox(Database database) {
    this.database = database;
  }

  /**
   * One that was taken.
   *
   * @param attempt the how-manieth it is, from 1
   */
  record Taken(String noticeId, String receiver, String body, Instant created, int attempt) {}

  /**
   * Adds what is to be told; what was added before is left alone.
   *
   * @param connection of the transaction in which it happens
   */
  void add(Connection connection, List<Notice> notices, List<Receiver> receivers)
      throws SQLException {
    if (notices.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(ADD)) {
      for (Notice notice : notices) {
        for (Receiver receiver : receivers) {
          set(insert, notice, receiver.key());
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }

  private static void set(PreparedStatement insert, Notice notice, String receiver)
      throws SQLException {
    long millis = Instant.parse(notice.time()).toEpochMilli();
    insert.setString(1, notice.noticeId());
    insert.setString(2, receiver);
    insert.setString(3, notice.json());
    insert.setLong(4, millis);
    insert.setLong(5, millis);
    insert.setString(6, notice.noticeId());
    insert.setString(7, receiver);
  }

  /** Takes what is due longest; empty if nothing is, or another coordinator was faster. */
  Optional<Taken> take(String receiver, Instant now) {
    return database.call(
        connection -> {
          Optional<Taken> next = next(connection, receiver, now);
          return next.isPresent() && take(connection, next.get(), now) ? next : Optional.empty();
        });
  }

  private static Optional<Taken> next(Connection connection, String receiver, Instant now)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(NEXT)) {
      query.setString(1, receiver);
      query.setLong(2, now.toEpochMilli());
      try (ResultSet row = query.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Taken(
                    row.getString(1),
                    receiver,
                    row.getString(2),
                    Instant.ofEpochMilli(row.getLong(3)),
                    row.getInt(4) + 1))
            : Optional.empty();
      }
    }
  }

  private static boolean take(Connection connection, Taken next, Instant now) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(TAKE)) {
      update.setLong(1, now.plus(TAKEN).toEpochMilli());
      update.setString(2, next.noticeId());
      update.setString(3, next.receiver());
      update.setInt(4, next.attempt() - 1);
      return update.executeUpdate() == 1;
    }
  }

  /** It comes again then. */
  void putOff(Taken taken, Instant until) {
    database.call(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(PUT_OFF)) {
            update.setLong(1, until.toEpochMilli());
            update.setString(2, taken.noticeId());
            update.setString(3, taken.receiver());
            update.setInt(4, taken.attempt());
            return update.executeUpdate();
          }
        });
  }

  /** It never comes again. */
  void finish(Taken taken) {
    database.call(
        connection -> {
          try (PreparedStatement update = connection.prepareStatement(FINISH)) {
            update.setString(1, taken.noticeId());
            update.setString(2, taken.receiver());
            return update.executeUpdate();
          }
        });
  }

  /** Forgets what is of another time. */
  void forget(Instant now) {
    database.call(
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
            delete.setLong(1, now.minus(KEPT).toEpochMilli());
            return delete.executeUpdate();
          }
        });
  }
}
