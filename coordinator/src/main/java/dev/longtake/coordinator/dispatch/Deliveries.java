package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
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

  /** Tells workers what they should hold, the oldest story first, where that has changed. */
  void send(Fleet fleet) {
    for (WorkerKey worker : fleet.holdings().takeChanged()) {
      if (fleet.has(worker)) {
        linkOf(fleet.nodeOf(worker))
            .ifPresentOrElse(
                link -> send(worker, fleet.holdings().orders(worker), link),
                () -> fleet.holdings().tellAgain(worker));
      }
    }
  }

  private void send(WorkerKey worker, List<Order> now, ActorRef<LinkCommand> link) {
    if (!now.equals(sent.put(worker, now))) {
      link.tell(new LinkCommand.Orders(worker, now));
    }
  }

  private Optional<ActorRef<LinkCommand>> linkOf(Optional<String> node) {
    return node.flatMap(it -> Optional.ofNullable(links.get(it)));
  }
}
