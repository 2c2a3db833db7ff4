package dev.longtake.coordinator.catalog;

import dev.longtake.coordinator.database.Database;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that a person wants to get nothing new, and why: kept in the database, so that all
 * coordinators know them and a restart forgets none. Each coordinator looks there again after a
 * while. Safe for any number of threads.
 */
public final class DrainedWorkers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DrainedWorkers.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
  private static final int DRAINED_MAX = 10_000;

  /**
   * Why a worker is drained.
   *
   * @param sinceMillis since the epoch
   */
  public record Wish(String reason, long sinceMillis) {}

  private final Database database;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("drained-workers").factory());
  private volatile Map<String, Wish> wishes = Map.of();

  private DrainedWorkers(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Reads them, and goes on to. */
  public static DrainedWorkers open(Database database, InstantSource clock) {
    var drained = new DrainedWorkers(database, clock);
    drained.wishes = database.call(DrainedWorkers::read);
    long millis = LOOK_AGAIN.toMillis();
    var _ =
        drained.timer.scheduleWithFixedDelay(
            drained::lookAgain, millis, millis, TimeUnit.MILLISECONDS);
    return drained;
  }

  private void lookAgain() {
    try {
      wishes = database.call(DrainedWorkers::read);
    } catch (LongtakeException e) { // What is known holds.
      log.debug("drained workers were not read: {}", e.getMessage());
    }
  }

  private static Map<String, Wish> read(Connection connection) throws SQLException {
    Map<String, Wish> read = new TreeMap<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT worker_id, reason, since_millis FROM drained_workers");
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        read.put(row.getString(1), new Wish(row.getString(2), row.getLong(3)));
      }
    }
    return Map.copyOf(read);
  }

  /** Whether this worker is to get nothing new. */
  public boolean contains(String workerId) {
    return wishes.containsKey(workerId);
  }

  /** All of them, by their ids. */
  public Map<String, Wish> all() {
    return wishes;
  }

  /**
   * From now on this worker gets nothing new, whether it is there or not; what it holds it ends.
   *
   * @throws LongtakeException with {@link ErrorCode#REQUEST_INVALID} if that is no worker's id
   */
  public void drain(String workerId, String reason) {
    if (!ID.matcher(workerId).matches()) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "worker_id: expected 1 to 64 of letters, digits, '.', '_' and '-', found other"
              + " characters");
    }
    if (wishes.size() >= DRAINED_MAX) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "expected at most %d drained workers, and they are".formatted(DRAINED_MAX));
    }
    wishes =
        database.transact(
            connection -> {
              remove(connection, workerId);
              add(connection, workerId, new Wish(reason, clock.instant().toEpochMilli()));
              return read(connection);
            });
  }

  /** From now on this worker gets work again. */
  public void release(String workerId) {
    wishes =
        database.call(
            connection -> {
              remove(connection, workerId);
              return read(connection);
            });
  }

  private static void remove(Connection connection, String workerId) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM drained_workers WHERE worker_id = ?")) {
      delete.setString(1, workerId);
      delete.executeUpdate();
    }
  }

  private static void add(Connection connection, String workerId, Wish wish) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO drained_workers (worker_id, reason, since_millis) VALUES (?, ?, ?)")) {
      insert.setString(1, workerId);
      insert.setString(2, wish.reason());
      insert.setLong(3, wish.sinceMillis());
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
