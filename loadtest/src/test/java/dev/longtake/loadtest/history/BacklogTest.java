package dev.longtake.loadtest.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {

  private final Backlog backlog = new Backlog();

  @Test
  void idleNanos_withoutChunks_isNoWait() {
    assertThat(backlog.idleNanos(10, 50)).isEmpty();
  }

  @Test
  void idleNanos_chunksCameLater_countsFromThem() {
    backlog.add(8, 30);

    assertThat(backlog.idleNanos(10, 50)).hasValue(20);
  }

  @Test
  void idleNanos_workerBecameIdleLater_countsFromThat() {
    backlog.add(8, 30);
    backlog.add(8, 45);

    assertThat(backlog.idleNanos(40, 50)).hasValue(10);
  }
}
