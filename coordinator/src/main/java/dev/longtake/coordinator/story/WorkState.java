package dev.longtake.coordinator.story;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.policy.Losses;
import dev.longtake.digest.Digest;
import java.util.Optional;

/** Where a chunk or a segment stands. */
public sealed interface WorkState {

  /** The how-manieth lease is or was the last one; 0 if there was none. */
  int attempt();

  /** How often a worker gave it up. */
  int failures();

  /** Who was lost with it; none once it is done. */
  Losses losses();

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
      int resumeStep,
      Losses losses)
      implements WorkState {

    /** Nobody has tried it. */
    static final Waiting NEW =
        new Waiting(0, 0, Optional.empty(), Optional.empty(), 0, Losses.NONE);

    public Waiting {
      require(attempt >= 0, "attempt is negative: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(avoid, "avoid");
      requireNonNull(earlier, "earlier");
      require(resumeStep >= 0, "resumeStep is negative: %d", resumeStep);
      requireNonNull(losses, "losses");
    }
  }

  /**
   * A worker holds it.
   *
   * @param resumeStep the step that this attempt began at
   */
  record Leased(
      int attempt,
      int failures,
      WorkerKey worker,
      Optional<Digest> earlier,
      int resumeStep,
      Losses losses)
      implements WorkState {
    public Leased {
      require(attempt > 0, "attempt is not positive: %d", attempt);
      require(failures >= 0, "failures is negative: %d", failures);
      requireNonNull(worker, "worker");
      requireNonNull(earlier, "earlier");
      require(resumeStep >= 0, "resumeStep is negative: %d", resumeStep);
      requireNonNull(losses, "losses");
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

    @Override
    public Losses losses() {
      return Losses.NONE;
    }
  }

  /** The next lease of it. */
  default Leased leaseTo(WorkerKey worker) {
    return switch (this) {
      case Waiting(int attempt, int failures, var avoid, var earlier, int resumeStep, var losses) ->
          new Leased(attempt + 1, failures, worker, earlier, resumeStep, losses);
      case Leased leased -> throw new IllegalStateException("already leased: " + leased);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The held lease is fulfilled. */
  default Done finish(Digest artifact) {
    return switch (this) {
      case Leased leased -> new Done(leased.attempt(), leased.failures(), artifact);
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The worker gave it up; the lease stays until it is released. */
  default Leased countFailure() {
    return switch (this) {
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep, var losses) ->
          new Leased(attempt, failures + 1, worker, earlier, resumeStep, losses);
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** Its worker was lost; the lease stays until it is released. */
  default Leased countLoss() {
    return switch (this) {
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep, var losses) ->
          new Leased(
              attempt,
              failures,
              worker,
              earlier,
              resumeStep,
              losses.and(worker.workerId(), resumeStep));
      case Waiting waiting -> throw new IllegalStateException("not leased: " + waiting);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** Nobody holds it any more, and it is to be done (again), from its beginning. */
  default Waiting release(Optional<WorkerKey> avoid) {
    return switch (this) {
      case Waiting(int attempt, int failures, var before, var earlier, int step, var losses) ->
          new Waiting(attempt, failures, before, earlier, 0, losses);
      case Leased(int attempt, int failures, var worker, var earlier, int step, var losses) ->
          new Waiting(attempt, failures, avoid, earlier, 0, losses);
      case Done(int attempt, int failures, Digest artifact) ->
          new Waiting(attempt, failures, avoid, Optional.of(artifact), 0, Losses.NONE);
    };
  }

  /** The next attempt goes on from this step's checkpoint. */
  default Waiting resumeFrom(int step) {
    return switch (this) {
      case Waiting(int attempt, int failures, var avoid, var earlier, int before, var losses) ->
          new Waiting(attempt, failures, avoid, earlier, step, losses);
      case Leased leased -> throw new IllegalStateException("still leased: " + leased);
      case Done done -> throw new IllegalStateException("already done: " + done);
    };
  }

  /** The same with no failure and no loss counted. */
  default WorkState forgive() {
    return switch (this) {
      case Waiting(int attempt, int failures, var avoid, var earlier, int resumeStep, var losses) ->
          new Waiting(attempt, 0, avoid, earlier, resumeStep, Losses.NONE);
      case Leased(int attempt, int failures, var worker, var earlier, int resumeStep, var losses) ->
          new Leased(attempt, 0, worker, earlier, resumeStep, Losses.NONE);
      case Done(int attempt, int failures, Digest artifact) -> new Done(attempt, 0, artifact);
    };
  }

  /** Whether this worker holds it. */
  default boolean isHeldBy(WorkerKey worker) {
    return this instanceof Leased leased && leased.worker().equals(worker);
  }
}
