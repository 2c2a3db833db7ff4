package dev.longtake.coordinator.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.dispatch.Seat;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.Order;
import dev.longtake.lease.WorkerMark;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class PresenceTest {

  private static final Instant NOW = Instant.EPOCH;
  private static final WorkerKey WORKER = new WorkerKey("a", "1");
  private static final Seat SEAT =
      Seat.ofAll(WORKER, TestStories.ENGINE_CLASS, TestStories.MODEL, false, 1);
  private static final WorkerLink LINK =
      new WorkerLink() {
        @Override
        public dev.longtake.story.status.TenantScope scope() {
          return dev.longtake.story.status.TenantScope.ALL;
        }

        @Override
        public String peer() {
          return "here";
        }

        @Override
        public void order(List<Order> orders) {}

        @Override
        public void supersede() {}

        @Override
        public void close(LongtakeException reason) {}
      };

  private final TestInbox<LinkCommand> dispatch = TestInbox.create();
  private final WorkerMarks marks = new WorkerMarks(Conduct.Budget.DEFAULT);
  private final Presence presence = new Presence(dispatch.getRef(), marks);

  private void mark(WorkerMark.Kind kind) {
    marks.take(
        List.of(
            new WorkerMark(
                WORKER.workerId(),
                kind,
                "broken",
                NOW,
                kind == WorkerMark.Kind.QUARANTINED
                    ? Optional.of(NOW.plus(Duration.ofHours(1)))
                    : Optional.empty(),
                1)));
  }

  /** "+" where it is said to be there, "-" where it is said to be gone, "d" if it drains. */
  private List<String> told() {
    List<String> told = new ArrayList<>();
    for (LinkCommand command : dispatch.getAllReceived()) {
      switch (command) {
        case LinkCommand.WorkerPresent(Seat seat, var orders) ->
            told.add(seat.draining() ? "+d" : "+");
        case LinkCommand.WorkerAbsent(WorkerKey worker, boolean died) -> told.add(died ? "x" : "-");
        default -> throw new AssertionError(command);
      }
    }
    return told;
  }

  @Test
  void look_atAWorkerThatIsQuarantined_hasItGoAndComeOnce() {
    presence.here(SEAT, LINK, NOW);
    mark(WorkerMark.Kind.QUARANTINED);
    presence.look(NOW);
    presence.look(NOW);
    presence.here(SEAT, LINK, NOW);

    assertThat(told()).containsExactly("+", "-", "+d", "+d");
  }

  /**
   * After a broken stream, at another coordinator, it holds what it held; only who is there can go.
   */
  @Test
  void here_ofAWorkerThatIsQuarantinedAlready_hasItGoAndComeOnce() {
    mark(WorkerMark.Kind.QUARANTINED);
    presence.here(SEAT, LINK, NOW);
    presence.here(SEAT, LINK, NOW);
    presence.look(NOW);

    assertThat(told()).containsExactly("+d", "-", "+d", "+d");
  }

  @Test
  void here_ofAWorkerThatIsDrained_leavesItWhatItHolds() {
    mark(WorkerMark.Kind.DRAINED);
    presence.here(SEAT, LINK, NOW);

    assertThat(told()).containsExactly("+d");
  }
}
