package dev.longtake.coordinator.dispatch;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ModelCard;

/**
 * A worker that is there.
 *
 * @param draining it finishes what it holds and gets nothing new
 * @param connection grows with each connection that this process makes, to whichever coordinator
 */
public record Seat(
    WorkerKey key, String engineClass, ModelCard model, boolean draining, long connection) {

  public Seat {
    requireNonNull(key, "key");
    requireNonNull(engineClass, "engineClass");
    requireNonNull(model, "model");
  }

  /** Whether both compute the same bits with the same model. */
  public boolean isEquivalentTo(String otherEngineClass, Digest otherModel) {
    return engineClass.equals(otherEngineClass) && model.identity().digest().equals(otherModel);
  }
}
