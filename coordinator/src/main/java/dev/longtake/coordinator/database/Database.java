package dev.longtake.coordinator.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * An open database: connections that are lent and taken back, and tables of this version. Safe for
 * any number of threads; what waits for the database blocks its caller.
 */
public final class Database implements AutoCloseable {

  /** Connections for the journal: its threads are as many. */
  public static final int JOURNAL_CONNECTIONS = 4;

  private static final int CATALOG_CONNECTIONS = 4;

  private final Dialect dialect;
  private final HikariDataSource pool;

  private Database(Dialect dialect, HikariDataSource pool) {
    this.dialect = dialect;
    this.pool = pool;
  }

  /** What is done with a connection, which is given back afterwards. */
  public interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /**
   * Opens an embedded database, and makes what tables are missing.
   *
   * @param url of JDBC
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if it cannot be opened
   */
  public static Database openEmbedded(String url) {
    var config = new HikariConfig();
    config.setPoolName("stories");
    config.setJdbcUrl(url);
    config.setUsername("sa");
    config.setPassword("");
    config.setMaximumPoolSize(JOURNAL_CONNECTIONS + CATALOG_CONNECTIONS);
    config.setMinimumIdle(1);
    try (var opened = new Opened()) {
      var database = opened.add(new Database(Dialect.H2, new HikariDataSource(config)));
      database.call(connection -> Schema.update(connection, Dialect.H2));
      return opened.keep(database);
    } catch (HikariPool.PoolInitializationException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "journal: cannot open the database: " + e.getMessage(), e);
    }
  }

  /** Which one it is. */
  public Dialect dialect() {
    return dialect;
  }

  /** Its connections, for those who manage them by themselves. */
  public DataSource connections() {
    return pool;
  }

  /**
   * Does something with a connection of its own; each statement is a transaction.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the database refuses or does
   *     not answer
   */
  public <T> T call(Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      return work.with(connection);
    } catch (SQLException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "database: expected it to answer, found " + e.getMessage(), e);
    }
  }

  /** Gives all connections up. */
  @Override
  public void close() {
    pool.close();
  }
}
