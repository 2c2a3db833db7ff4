package dev.longtake.coordinator.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.DurationText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * An open database: connections that are lent and taken back. Safe for any number of threads; what
 * waits for the database blocks its caller.
 */
public final class Database implements AutoCloseable {

  /** Connections for the journal: its threads are as many. */
  public static final int JOURNAL_CONNECTIONS = 4;

  private static final int CATALOG_CONNECTIONS = 4;

  /** What H2 and PostgreSQL say. */
  private static final Set<String> TABLE_MISSING = Set.of("42S02", "42S03", "42S04", "42P01");

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Longer than any answer takes: a server that is gone without a word is noticed. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(1);

  private final Dialect dialect;
  private final String address;
  private final HikariDataSource pool;
  private final CompletableFuture<LongtakeException> failure;

  /** Whoever calls waits here and not for the pool: the journal's connections are never taken. */
  private final Semaphore turns = new Semaphore(CATALOG_CONNECTIONS, true);

  private Database(
      Dialect dialect,
      String address,
      HikariDataSource pool,
      CompletableFuture<LongtakeException> failure) {
    this.dialect = dialect;
    this.address = address;
    this.pool = pool;
    this.failure = failure;
  }

  /** What is done with a connection, which is given back afterwards. */
  public interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /**
   * Opens the database of one coordinator, in a file.
   *
   * @param url of JDBC
   * @param failure is completed by somebody else when the disk refuses
   * @throws LongtakeException that of {@code failure} if there is one, else with {@link
   *     ErrorCode#FILE_UNUSABLE} if it cannot be opened
   */
  public static Database embedded(String url, CompletableFuture<LongtakeException> failure) {
    HikariConfig config = config(url);
    config.setUsername("sa");
    config.setPassword("");
    return open(config, Dialect.H2, ErrorCode.FILE_UNUSABLE, failure);
  }

  /**
   * Connects to a database that several coordinators use.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not answer or refuses
   */
  public static Database shared(PostgresSettings settings) {
    HikariConfig config = config(settings.url());
    config.setUsername(settings.user());
    settings.foundPassword().ifPresent(password -> config.setPassword(password.value()));
    config.addDataSourceProperty("ApplicationName", "longtake");
    config.addDataSourceProperty("connectTimeout", Long.toString(CONNECT_TIMEOUT.toSeconds()));
    config.addDataSourceProperty("socketTimeout", Long.toString(ANSWER_TIMEOUT.toSeconds()));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    return open(config, Dialect.POSTGRESQL, ErrorCode.UNAVAILABLE, new CompletableFuture<>());
  }

  private static HikariConfig config(String url) {
    var config = new HikariConfig();
    config.setPoolName("stories");
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(JOURNAL_CONNECTIONS + CATALOG_CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    return config;
  }

  private static Database open(
      HikariConfig config,
      Dialect dialect,
      ErrorCode ifNot,
      CompletableFuture<LongtakeException> failure) {
    String address = config.getJdbcUrl();
    try {
      return new Database(dialect, address, new HikariDataSource(config), failure);
    } catch (HikariPool.PoolInitializationException e) {
      var unopened =
          new LongtakeException(
              ifNot,
              "journal %s: cannot open the database: %s".formatted(address, e.getMessage()),
              e);
      throw failure.getNow(unopened);
    }
  }

  /** Which one it is. */
  public Dialect dialect() {
    return dialect;
  }

  /** Where it is, for messages. */
  public String address() {
    return address;
  }

  /** Its connections, for those who manage them by themselves. */
  public DataSource connections() {
    return pool;
  }

  /** Completes when this process cannot use the database any more, with the reason. */
  public CompletableFuture<LongtakeException> failure() {
    return failure;
  }

  /**
   * Does something with a connection of its own; each statement is a transaction.
   *
   * @throws LongtakeException that of {@link #failure} if there is one, else with {@link
   *     ErrorCode#UNAVAILABLE} if the database refuses or does not answer
   */
  public <T> T call(Work<T> work) {
    awaitTurn();
    try (Connection connection = pool.getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      var refusal =
          new LongtakeException(
              ErrorCode.UNAVAILABLE, "database: expected it to answer, found " + e.getMessage(), e);
      throw failure.getNow(refusal);
    } catch (LongtakeException e) {
      throw e;
    } catch (RuntimeException e) {
      if (pool.isClosed()) { // What was lent is taken away then, and the pool trips over it.
        throw new LongtakeException(ErrorCode.UNAVAILABLE, "database: it has been closed", e);
      }
      throw e;
    } finally {
      turns.release();
    }
  }

  /**
   * Does something with a connection of its own in one transaction: all of it or, if it throws,
   * nothing.
   *
   * @throws LongtakeException as {@link #call} does
   */
  public <T> T transact(Work<T> work) {
    return call(
        connection -> {
          connection.setAutoCommit(false);
          try {
            T done = work.with(connection);
            connection.commit();
            return done;
          } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
          }
        });
  }

  private void awaitTurn() {
    try {
      if (turns.tryAcquire(CONNECT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new LongtakeException(
        ErrorCode.UNAVAILABLE,
        "database: expected a turn within %s, found %d callers waiting"
            .formatted(DurationText.said(CONNECT_TIMEOUT), turns.getQueueLength()));
  }

  /** Whether a statement was refused because a table is not there. */
  public static boolean isTableMissing(SQLException refusal) {
    return TABLE_MISSING.contains(refusal.getSQLState());
  }

  /**
   * Returns if the database answers now.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not
   */
  public void check() {
    call(
        connection -> {
          try (PreparedStatement question = connection.prepareStatement("SELECT 1");
              ResultSet answer = question.executeQuery()) {
            return answer.next();
          }
        });
  }

  /** Gives all connections up. */
  @Override
  public void close() {
    pool.close();
  }
}
