package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was told to whom: sends workers their orders where these have changed. What is lost on the
 * way to a coordinator is noticed, because it says again and again which orders it has heard. One
 * owner.
 */
final class Deliveries {

  private record Sent(List<Order> orders, long number) {}

  /** What a coordinator was found to have missed: nothing has been sent to it since. */
  private record Gap(long sent, long heard) {}

  private final Map<String, Consumer<LinkCommand>> links = new HashMap<>();
  private final Map<WorkerKey, Sent> sent = new HashMap<>();
  private final Map<String, Gap> gaps = new HashMap<>();
  private long number;

  /**
   * Nothing was told yet.
   *
   * @param number what is sent is numbered from here on; not what another dispatch has begun with
   */
  Deliveries(long number) {
    this.number = number;
  }

  /** A coordinator is reached so. */
  void link(String node, Consumer<LinkCommand> link) {
    links.put(node, link);
  }

  /** A coordinator has left. */
  void unlink(String node) {
    links.remove(node);
    gaps.remove(node);
  }

  /** The coordinators that have told anything. */
  List<String> nodes() {
    return List.copyOf(links.keySet());
  }

  /** Has a coordinator tell everything again. */
  void askAgain(String node) {
    linkOf(Optional.of(node)).ifPresent(link -> link.accept(new LinkCommand.Restate()));
  }

  /** A worker has a new connection, or none: what it was told does not count. */
  void forget(WorkerKey worker) {
    sent.remove(worker);
  }

  /**
   * A coordinator says which orders it has heard. If it says the same twice, and nothing was sent
   * to it in between, then something was lost: its workers are told again.
   *
   * @param heard as {@link #mark} has it
   * @return whether there is something to send
   */
  boolean isMissed(String node, long heard, Fleet fleet) {
    List<WorkerKey> there = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    sent.forEach(
        (worker, orders) -> {
          if (fleet.nodeOf(worker).filter(node::equals).isPresent()) {
            there.add(worker);
            numbers.add(orders.number());
          }
        });
    long told = mark(numbers);
    if (told == heard) {
      gaps.remove(node);
      return false;
    }
    Gap gap = new Gap(told, heard);
    if (!gap.equals(gaps.put(node, gap))) {
      return false;
    }
    gaps.remove(node);
    there.forEach(
        worker -> {
          sent.remove(worker);
          fleet.holdings().tellAgain(worker);
        });
    return true;
  }

  /** Stands for a set of numbers: another set has another one, but for one chance in 2^64. */
  static long mark(Collection<Long> numbers) {
    return numbers.stream().mapToLong(Deliveries::mixed).reduce(0, (a, b) -> a ^ b);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
  private static long mixed(long number) {
    long z = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
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

  private void send(WorkerKey worker, List<Order> now, Consumer<LinkCommand> link) {
    Sent before = sent.get(worker);
    if (before == null || !now.equals(before.orders())) {
      number++;
      sent.put(worker, new Sent(now, number));
      link.accept(new LinkCommand.Orders(worker, now, number));
    }
  }

  private Optional<Consumer<LinkCommand>> linkOf(Optional<String> node) {
    return node.flatMap(it -> Optional.ofNullable(links.get(it)));
  }

  /** What is known of the farm, for people; {@code isSettled} as {@link FleetView} has it. */
  FleetView view(Fleet fleet, boolean isSettled) {
    return new FleetView(
        isSettled,
        nodes(),
        fleet.seats().stream().map(seat -> worker(seat, fleet)).toList(),
        fleet.holdings().absent().stream()
            .map(key -> new FleetView.Missing(key, held(key, fleet)))
            .toList(),
        fleet.chunks(),
        fleet.board().tenants());
  }

  private static FleetView.Worker worker(Seat seat, Fleet fleet) {
    return new FleetView.Worker(
        seat.key(),
        fleet.nodeOf(seat.key()).orElse(""),
        seat.engineClass(),
        seat.model().identity().name(),
        seat.model().identity().digest().hex(),
        seat.draining(),
        held(seat.key(), fleet),
        seat.scope());
  }

  private static List<LeaseToken> held(WorkerKey worker, Fleet fleet) {
    return fleet.holdings().orders(worker).stream().map(Order::lease).toList();
  }
}
