package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.story.status.TenantScope;
import java.util.List;
import java.util.Optional;

/**
 * A worker as those see it who run the farm.
 *
 * @param connection what it says of itself; empty if it is not there
 * @param draining whether it takes nothing new, because it is about to stop or is marked
 * @param holds what it should hold
 * @param mark what is or was held against it
 */
public record WorkerStatus(
    String workerId,
    Optional<Connection> connection,
    boolean draining,
    List<LeaseToken> holds,
    Optional<WorkerMark> mark) {

  /**
   * A worker that is there.
   *
   * @param model name of its checkpoint
   * @param coordinator process of the coordinator that it is connected to
   * @param scope whose work it may do
   */
  public record Connection(
      String bootId, String engineClass, String model, String coordinator, TenantScope scope) {
    public Connection {
      requireNonNull(bootId, "bootId");
      requireNonNull(engineClass, "engineClass");
      requireNonNull(model, "model");
      requireNonNull(coordinator, "coordinator");
      requireNonNull(scope, "scope");
    }
  }

  public WorkerStatus {
    require(!workerId.isEmpty(), "workerId is empty");
    requireNonNull(connection, "connection");
    holds = List.copyOf(holds);
    requireNonNull(mark, "mark");
  }

  /** The same, with a mark. */
  public WorkerStatus marked(WorkerMark now) {
    return new WorkerStatus(workerId, connection, draining, holds, Optional.of(now));
  }

  /** A worker that is not there and has a mark. */
  public static WorkerStatus absent(WorkerMark mark) {
    return new WorkerStatus(mark.workerId(), Optional.empty(), false, List.of(), Optional.of(mark));
  }
}
