package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/** What was told to whom: sends workers their orders where these have changed. One owner. */
final class Deliveries {

  private final Map<String, ActorRef<LinkCommand>> links = new HashMap<>();
  private final Map<WorkerKey, List<Order>> sent = new HashMap<>();

  /** A coordinator is reached so. */
  void link(String node, ActorRef<LinkCommand> link) {
    links.put(node, link);
  }

  /** A coordinator has left. */
  void unlink(String node) {
    links.remove(node);
  }

  /** The coordinators that have told anything. */
  Set<String> nodes() {
    return Set.copyOf(links.keySet());
  }

  /** Has a coordinator tell everything again. */
  void askAgain(String node) {
    linkOf(Optional.of(node)).ifPresent(link -> link.tell(new LinkCommand.Restate()));
  }

  /** A worker has a new connection, or none: what it was told does not count. */
  void forget(WorkerKey worker) {
    sent.remove(worker);
  }

  /** Tells each worker what it should hold, the oldest story first, if that has changed. */
  void send(Fleet fleet) {
    Map<WorkerKey, List<Order>> orders = new HashMap<>();
    fleet.stories().stream()
        .sorted(Comparator.comparingLong(StoryDemand::sequence))
        .flatMap(story -> story.holders().stream())
        .forEach(
            holder ->
                orders
                    .computeIfAbsent(holder.worker(), key -> new ArrayList<>())
                    .addAll(holder.orders()));
    for (Seat seat : fleet.seats()) {
      List<Order> now = orders.getOrDefault(seat.key(), List.of());
      if (!now.equals(sent.get(seat.key()))) {
        linkOf(fleet.nodeOf(seat.key()))
            .ifPresent(
                link -> {
                  sent.put(seat.key(), now);
                  link.tell(new LinkCommand.Orders(seat.key(), now));
                });
      }
    }
  }

  private Optional<ActorRef<LinkCommand>> linkOf(Optional<String> node) {
    return node.flatMap(it -> Optional.ofNullable(links.get(it)));
  }
}
