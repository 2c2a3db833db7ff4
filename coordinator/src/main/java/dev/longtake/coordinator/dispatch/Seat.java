package dev.longtake.coordinator.dispatch;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.plan.ModelCard;

/**
 * A worker that is there.
 *
 * @param draining it finishes what it holds and gets nothing new
 */
public record Seat(WorkerKey key, String engineClass, ModelCard model, boolean draining) {

  public Seat {
    requireNonNull(key, "key");
    requireNonNull(engineClass, "engineClass");
    requireNonNull(model, "model");
  }

  /** Whether both compute the same bits with the same model. */
  boolean isEquivalentTo(String otherEngineClass, ModelCard otherModel) {
    return engineClass.equals(otherEngineClass)
        && model.identity().digest().equals(otherModel.identity().digest());
  }
}
