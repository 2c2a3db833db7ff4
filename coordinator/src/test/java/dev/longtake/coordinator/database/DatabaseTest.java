package dev.longtake.coordinator.database;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
