package dev.longtake.coordinator.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import java.util.Optional;

/** Where a chunk or a segment stands. */
public sealed interface WorkState {

  /** The how-manieth lease is or was the last one; 0 if there was none. */
  int attempt();

  /** How often a worker gave it up. */
  int failures();

  /**
   * It is leased to nobody.
   *
   * @param avoid the worker that gave it up last
   * @param earlier what an earlier attempt made of it; the next one must make the same
   */
  record Waiting(int attempt, int failures, Optional<WorkerKey> avoid, Optional<Digest> earlier)
      implements WorkState {

    /** Nobody has tried it. */
    static final Waiting NEW = new Waiting(0, 0, Optional.empty(), Optional.empty());

    public Waiting {
      require(attempt >= 0, "attempt is negative: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(avoid, "avoid");
      requireNonNull(earlier, "earlier");
    }
  }

  /** A worker holds it. */
  record Leased(int attempt, int failures, WorkerKey worker, Optional<Digest> earlier)
      implements WorkState {
    public Leased {
      require(attempt > 0, "attempt is not positive: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(worker, "worker");
      requireNonNull(earlier, "earlier");
    }
  }

  /**
   * It is done.
   *
   * @param artifact the chunk's final latents, or the segment's frames
   */
  record Done(int attempt, int failures, Digest artifact) implements WorkState {
    public Done {
      require(attempt > 0, "attempt is not positive: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(artifact, "artifact");
    }
  }

  /** The next lease of it. */
  default Leased leaseTo(WorkerKey worker) {
    return switch (this) {
      case Waiting(int attempt, int failures, var avoid, var earlier) ->
          new Leased(attempt + 1, failures, worker, earlier);
      case Leased leased -> throw new IllegalStateException("already leased: " + leased);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The held lease is fulfilled. */
  default Done finish(Digest artifact) {
    return switch (this) {
      case Leased(int attempt, int failures, var worker, var earlier) ->
          new Done(attempt, failures, artifact);
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The worker gave it up; the lease stays until it is released. */
  default Leased countFailure() {
    return switch (this) {
      case Leased(int attempt, int failures, var worker, var earlier) ->
          new Leased(attempt, failures + 1, worker, earlier);
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** Nobody holds it any more, and it is to be done (again). */
  default Waiting release(Optional<WorkerKey> avoid) {
    return switch (this) {
      case Waiting waiting -> waiting;
      case Leased(int attempt, int failures, var worker, var earlier) ->
          new Waiting(attempt, failures, avoid, earlier);
      case Done(int attempt, int failures, Digest artifact) ->
          new Waiting(attempt, failures, avoid, Optional.of(artifact));
    };
  }

  /** Whether this worker holds it. */
  default boolean isHeldBy(WorkerKey worker) {
    return this instanceof Leased leased && leased.worker().equals(worker);
  }
}
