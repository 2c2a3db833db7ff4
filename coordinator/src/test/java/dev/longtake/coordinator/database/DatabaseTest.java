package dev.longtake.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DatabaseTest {

  private static final int CALLERS = 100;

  @TempDir private Path folder;

  /** Else a storm of submissions takes the connections with which their stories are journaled. */
  @Test
  void call_byAnyNumberOfCallers_leavesTheJournalItsConnections() throws Exception {
    String url = "jdbc:h2:" + folder.resolve("test");
    var mayEnd = new CountDownLatch(1);
    var entered = new Semaphore(0);
    List<Thread> callers = new ArrayList<>();
    try (Database database = Database.embedded(url, new CompletableFuture<>())) {
      for (int i = 0; i < CALLERS; i++) {
        callers.add(
            Thread.startVirtualThread(
                () ->
                    database.call(
                        connection -> {
                          entered.release();
                          await(mayEnd);
                          return true;
                        })));
      }
      entered.acquire();
      List<Connection> journal = new ArrayList<>();
      for (int i = 0; i < Database.JOURNAL_CONNECTIONS; i++) {
        journal.add(database.connections().getConnection());
      }

      assertThat(journal).hasSize(Database.JOURNAL_CONNECTIONS);

      for (Connection connection : journal) {
        connection.close();
      }
      mayEnd.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
    }

    assertThat(entered.availablePermits()).as("all had their turn").isEqualTo(CALLERS - 1);
  }

  @Test
  void transact_thatThrows_leavesNothing() {
    String url = "jdbc:h2:" + folder.resolve("test");
    try (Database database = Database.embedded(url, new CompletableFuture<>())) {
      database.call(connection -> connection.createStatement().execute("CREATE TABLE t (a INT)"));

      assertThatThrownBy(
              () ->
                  database.transact(
                      connection -> {
                        connection.createStatement().execute("INSERT INTO t VALUES (1)");
                        throw new IllegalStateException("given up");
                      }))
          .hasMessage("given up");

      assertThat(
              database.<Integer>transact(
                  connection ->
                      connection.createStatement().executeUpdate("INSERT INTO t VALUES (2)")))
          .isEqualTo(1);
      assertThat(
              database.<Integer>call(
                  connection -> {
                    var rows = connection.createStatement().executeQuery("SELECT SUM(a) FROM t");
                    rows.next();
                    return rows.getInt(1);
                  }))
          .isEqualTo(2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
