package dev.longtake.ops.json;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.WorkerMark;
import dev.longtake.lease.WorkerStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A farm's worker: {@code worker.schema.json}. */
public record WorkerJson(
    String workerId,
    boolean draining,
    @Nullable Connection connection,
    List<Lease> holds,
    @Nullable Mark mark) {

  /**
   * What is known of a worker that is there.
   *
   * @param tenant the one that it is bound to; null if it takes work of all
   */
  public record Connection(
      String bootId,
      String engineClass,
      String model,
      String coordinator,
      @Nullable String tenant) {

    private static Connection of(WorkerStatus.Connection connection) {
      return new Connection(
          connection.bootId(),
          connection.engineClass(),
          connection.model(),
          connection.coordinator(),
          connection.scope().only().orElse(null));
    }
  }

  /** Something that it should hold. */
  public record Lease(String storyId, int shotIndex, String kind, int index, int attempt) {

    private static Lease of(LeaseToken lease) {
      return new Lease(
          lease.storyId(), lease.shotIndex(), lease.kind().name(), lease.index(), lease.attempt());
    }
  }

  /** What is or was held against it. */
  public record Mark(String kind, String reason, String since, @Nullable String until, int times) {

    private static Mark of(WorkerMark mark) {
      return new Mark(
          mark.kind().name(),
          mark.reason(),
          mark.since().toString(),
          mark.until().map(Instant::toString).orElse(null),
          mark.times());
    }
  }

  /** The line of a worker. */
  public static WorkerJson of(WorkerStatus worker) {
    return new WorkerJson(
        worker.workerId(),
        worker.draining(),
        worker.connection().map(Connection::of).orElse(null),
        worker.holds().stream().map(Lease::of).toList(),
        worker.mark().map(Mark::of).orElse(null));
  }
}
