package dev.longtake.loadtest.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.loadtest.history.LeaseHistory.Stage;
import org.junit.jupiter.api.Test;

class LeaseHistoryTest {

  private final LeaseHistory history = new LeaseHistory();

  private static LeaseToken chunk(int attempt) {
    return new LeaseToken("story", 0, Kind.CHUNK, 3, attempt);
  }

  @Test
  void leases_receivedAndNotAcknowledged_areNone() {
    history.received(chunk(1), "a");

    assertThat(history.leases()).isZero();

    history.reached(chunk(1), "a", Stage.ACKNOWLEDGED);

    assertThat(history.leases()).isOne();
  }

  @Test
  void received_byTwoWorkers_isADuplicate() {
    history.received(chunk(1), "a");
    history.received(chunk(1), "b");

    assertThat(history.duplicates()).hasSize(1);
  }

  @Test
  void received_againByTheSameWorker_isNone() {
    history.received(chunk(1), "a");
    history.received(chunk(1), "a");

    assertThat(history.duplicates()).isEmpty();
    assertThat(history.attempts(WorkId.of(chunk(1)))).hasSize(1);
  }

  @Test
  void received_anEarlierAttemptAfterALaterOne_goesBackwards() {
    history.received(chunk(2), "a");
    history.received(chunk(1), "b");

    assertThat(history.backwards()).hasSize(1);
  }

  @Test
  void reached_anEarlierStage_changesNothing() {
    history.received(chunk(1), "a");
    history.reached(chunk(1), "a", Stage.TAKEN);
    history.reached(chunk(1), "a", Stage.REPORTED);

    assertThat(history.attempts(WorkId.of(chunk(1))).getFirst().stage()).isEqualTo(Stage.TAKEN);
  }
}
