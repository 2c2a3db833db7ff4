package dev.longtake.loadtest.worker;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import java.util.List;
import java.util.Optional;

/**
 * What a worker may be ordered at once: two segments, and chunks of one shot. (Chunks that were
 * taken back from a lost worker come on top of that, because their neighbours wait for them.)
 */
final class Capacity {

  private static final int SEGMENTS_MAX = 2;

  private record Shot(String storyId, int shotIndex) {}

  private Capacity() {}

  /** In what these orders are too many, in words; empty if they are not. */
  static Optional<String> fault(List<Order> orders) {
    List<LeaseToken> leases = orders.stream().map(Order::lease).toList();
    long segments = leases.stream().filter(lease -> lease.kind() == Kind.SEGMENT).count();
    List<Shot> shots =
        leases.stream()
            .filter(lease -> lease.kind() == Kind.CHUNK && lease.attempt() == 1)
            .map(lease -> new Shot(lease.storyId(), lease.shotIndex()))
            .distinct()
            .toList();
    if (segments > SEGMENTS_MAX) {
      return Optional.of(
          "expected at most %d segments, found %d".formatted(SEGMENTS_MAX, segments));
    }
    return shots.size() > 1
        ? Optional.of("expected new chunks of one shot, found those of " + shots)
        : Optional.empty();
  }
}
