package dev.longtake.coordinator.dispatch.ledger;

import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.dispatch.share.Posting;
import dev.longtake.coordinator.dispatch.share.Remembered;
import dev.longtake.coordinator.dispatch.share.Spent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What was used in the database of stories. */
public final class JdbcUseStore implements UseStore {

  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final int HOURS_A_DAY = 24;

  /** Today, and days beside it if the clock should be set. */
  private static final int DAYS_READ = 3;

  /** More than a year, so that one can be put beside the one before. */
  private static final int DAYS_KEPT = 800;

  private final Database database;

  /** In this database, whose tables are there. */
  public JdbcUseStore(Database database) {
    this.database = database;
  }

  @Override
  public Opened open(long now) {
    long hour = Math.floorDiv(now, HOUR);
    return database.transact(
        connection -> {
          // Whoever writes now has ended before this row can be changed, or begins after it.
          update(connection, "UPDATE use_writer SET term = term + 1, posting = 0");
          update(
              connection,
              "DELETE FROM used_time WHERE hour_number < ?",
              hour - DAYS_KEPT * HOURS_A_DAY);
          long term = numbers(connection)[0];
          return new Opened(term, read(connection, hour - DAYS_READ * HOURS_A_DAY));
        });
  }

  private static int update(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  /** The term, and the number of the last posting in it. */
  private static long[] numbers(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("SELECT term, posting FROM use_writer");
        ResultSet row = query.executeQuery()) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2)};
    }
  }

  private static List<Remembered> read(Connection connection, long firstHour) throws SQLException {
    Map<String, Map<Long, Long>> days = new HashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT tenant, hour_number, SUM(millis) FROM used_time WHERE hour_number >= ?"
                + " GROUP BY tenant, hour_number")) {
      query.setLong(1, firstHour);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          days.computeIfAbsent(row.getString(1), key -> new HashMap<>())
              .merge(Math.floorDiv(row.getLong(2), HOURS_A_DAY), row.getLong(3), Long::sum);
        }
      }
    }
    Map<String, long[]> faded = new HashMap<>();
    try (PreparedStatement query =
            connection.prepareStatement("SELECT tenant, millis, at_millis FROM used_lately");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        faded.put(row.getString(1), new long[] {row.getLong(2), row.getLong(3)});
      }
    }
    Set<String> tenants = new TreeSet<>(days.keySet());
    tenants.addAll(faded.keySet());
    List<Remembered> all = new ArrayList<>();
    for (String tenant : tenants) {
      long[] left = faded.getOrDefault(tenant, new long[2]);
      all.add(new Remembered(tenant, days.getOrDefault(tenant, Map.of()), left[0], left[1]));
    }
    return all;
  }

  @Override
  public boolean add(long term, long number, Posting posting) {
    return database.transact(
        connection -> {
          int isNext =
              update(
                  connection,
                  "UPDATE use_writer SET posting = ? WHERE term = ? AND posting = ?",
                  number,
                  term,
                  number - 1);
          if (isNext == 0) {
            long[] last = numbers(connection);
            return last[0] == term && last[1] == number;
          }
          for (Spent spent : posting.spent()) {
            add(connection, spent);
          }
          update(connection, "DELETE FROM used_lately");
          addFaded(connection, posting);
          return true;
        });
  }

  private static void add(Connection connection, Spent spent) throws SQLException {
    String tenant = spent.payer().tenant();
    String storyId = spent.payer().storyId();
    int isThere =
        update(
            connection,
            "UPDATE used_time SET millis = millis + ?"
                + " WHERE tenant = ? AND story_id = ? AND hour_number = ?",
            spent.millis(),
            tenant,
            storyId,
            spent.hour());
    if (isThere == 0) {
      update(
          connection,
          "INSERT INTO used_time (tenant, story_id, hour_number, millis) VALUES (?, ?, ?, ?)",
          tenant,
          storyId,
          spent.hour(),
          spent.millis());
    }
  }

  private static void addFaded(Connection connection, Posting posting) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO used_lately (tenant, millis, at_millis) VALUES (?, ?, ?)")) {
      for (Map.Entry<String, Long> each : posting.faded().entrySet()) {
        insert.setString(1, each.getKey());
        insert.setLong(2, each.getValue());
        insert.setLong(3, posting.at());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
