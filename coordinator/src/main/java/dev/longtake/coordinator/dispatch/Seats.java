package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The workers that coordinators have told of. Pure, but changed in place: one owner. */
final class Seats {

  private record Told(String node, Seat seat) {}

  private final Map<WorkerKey, Told> byKey = new TreeMap<>();

  /** A coordinator has it; of what two say the newer connection counts. */
  void here(String node, Seat seat) {
    byKey.merge(
        seat.key(),
        new Told(node, seat),
        (old, now) -> old.seat().connection() > now.seat().connection() ? old : now);
  }

  /** A coordinator has it no more. */
  void lost(String node, WorkerKey worker) {
    byKey.computeIfPresent(worker, (key, told) -> told.node().equals(node) ? null : told);
  }

  /** Nothing that a coordinator has told holds any more: the workers that are gone with it. */
  List<WorkerKey> removeOf(String node) {
    List<WorkerKey> gone =
        byKey.values().stream()
            .filter(told -> told.node().equals(node))
            .map(told -> told.seat().key())
            .toList();
    gone.forEach(byKey::remove);
    return gone;
  }

  /** One of them; empty if it is not there. */
  Optional<Seat> find(WorkerKey worker) {
    return Optional.ofNullable(byKey.get(worker)).map(Told::seat);
  }

  /** The coordinator that this worker is connected to. */
  Optional<String> nodeOf(WorkerKey worker) {
    return Optional.ofNullable(byKey.get(worker)).map(Told::node);
  }

  /** All of them. */
  List<Seat> list() {
    return byKey.values().stream().map(Told::seat).toList();
  }
}
