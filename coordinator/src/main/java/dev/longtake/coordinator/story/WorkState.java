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
   * @param resumeStep the step whose checkpoint the next attempt goes on from; 0 for none
   */
  record Waiting(
      int attempt,
      int failures,
      Optional<WorkerKey> avoid,
      Optional<Digest> earlier,
      int resumeStep)
      implements WorkState {

    /** Nobody has tried it. */
    static final Waiting NEW = new Waiting(0, 0, Optional.empty(), Optional.empty(), 0);

    public Waiting {
      require(attempt >= 0, "attempt is negative: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(avoid, "avoid");
      requireNonNull(earlier, "earlier");
      require(resumeStep >= 0, "resumeStep is negative: %d", resumeStep);
    }
  }

  /**
   * A worker holds it.
   *
   * @param resumeStep the step that this attempt began at
   */
  record Leased(
      int attempt, int failures, WorkerKey worker, Optional<Digest> earlier, int resumeStep)
      implements WorkState {
    public Leased {
      require(attempt > 0, "attempt is not positive: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(worker, "worker");
      requireNonNull(earlier, "earlier");
      require(resumeStep >= 0, "resumeStep is negative: %d", resumeStep);
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
      case Waiting(int attempt, int failures, var avoid, var earlier, int resumeStep) ->
          new Leased(attempt + 1, failures, worker, earlier, resumeStep);
      case Leased leased -> throw new IllegalStateException("already leased: " + leased);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The held lease is fulfilled. */
  default Done finish(Digest artifact) {
    return switch (this) {
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep) ->
          new Done(attempt, failures, artifact);
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The worker gave it up; the lease stays until it is released. */
  default Leased countFailure() {
    return switch (this) {
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep) ->
          new Leased(attempt, failures + 1, worker, earlier, resumeStep);
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** Nobody holds it any more, and it is to be done (again), from its beginning. */
  default Waiting release(Optional<WorkerKey> avoid) {
    return switch (this) {
      case Waiting(int attempt, int failures, var before, var earlier, int resumeStep) ->
          new Waiting(attempt, failures, before, earlier, 0);
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep) ->
          new Waiting(attempt, failures, avoid, earlier, 0);
      case Done(int attempt, int failures, Digest artifact) ->
          new Waiting(attempt, failures, avoid, Optional.of(artifact), 0);
    };
  }

  /** The next attempt goes on from this step's checkpoint. */
  default Waiting resumeFrom(int step) {
    return switch (this) {
      case Waiting(int attempt, int failures, var avoid, var earlier, int resumeStep) ->
          new Waiting(attempt, failures, avoid, earlier, step);
      case Leased leased -> throw new IllegalStateException("still leased: " + leased);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The same with no failure counted. */
  default WorkState forgive() {
    return switch (this) {
      case Waiting(int attempt, int failures, var avoid, var earlier, int resumeStep) ->
          new Waiting(attempt, 0, avoid, earlier, resumeStep);
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep) ->
          new Leased(attempt, 0, worker, earlier, resumeStep);
      case Done(int attempt, int failures, Digest artifact) -> new Done(attempt, 0, artifact);
    };
  }

  /** Whether this worker holds it. */
  default boolean isHeldBy(WorkerKey worker) {
    return this instanceof Leased leased && leased.worker().equals(worker);
  }
}
