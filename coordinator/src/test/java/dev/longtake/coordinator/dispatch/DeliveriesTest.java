package dev.longtake.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.testing.TestStories;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final String NODE = "a";
  private static final WorkerKey WORKER = new WorkerKey("w", "1");

  private final Fleet fleet = new Fleet(1, ShareSettings.EQUAL);
  private final Deliveries deliveries = new Deliveries(100);
  private final List<LinkCommand.Orders> told = new ArrayList<>();

  @BeforeEach
  void workerIsHere() {
    deliveries.link(NODE, command -> told.add((LinkCommand.Orders) command));
    fleet.begin(NODE, 0);
    fleet.hear(
        NODE,
        1,
        new NodeNews.WorkerHere(
            Seat.ofAll(WORKER, TestStories.ENGINE_CLASS, TestStories.MODEL, false, 1)));
    deliveries.send(fleet);
  }

  private long heard() {
    return Deliveries.mark(told.stream().map(LinkCommand.Orders::number).toList());
  }

  @Test
  void send_nothingChanged_tellsNothingMore() {
    deliveries.send(fleet);

    assertThat(told).hasSize(1);
  }

  @Test
  void isMissed_ordersHeard_isFalse() {
    assertThat(deliveries.isMissed(NODE, heard(), fleet)).isFalse();
    assertThat(deliveries.isMissed(NODE, heard(), fleet)).isFalse();
  }

  @Test
  void isMissed_ordersLost_tellsThemAgain() {
    long nothing = Deliveries.mark(List.of());

    assertThat(deliveries.isMissed(NODE, nothing, fleet)).as("may be on their way").isFalse();
    assertThat(deliveries.isMissed(NODE, nothing, fleet)).isTrue();
    deliveries.send(fleet);

    assertThat(told).hasSize(2);
    assertThat(told.getLast().number()).isGreaterThan(told.getFirst().number());
  }

  @Test
  void mark_otherNumbers_isAnother() {
    assertThat(Deliveries.mark(List.of(1L, 2L))).isEqualTo(Deliveries.mark(List.of(2L, 1L)));
    assertThat(Deliveries.mark(List.of(1L, 2L))).isNotEqualTo(Deliveries.mark(List.of(3L)));
  }
}
