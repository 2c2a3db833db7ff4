package dev.longtake.coordinator.dispatch;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.dispatch.StoryDemand.Pin;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.digest.Digest;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.status.TenantScope;

/**
 * A worker that is there.
 *
 * @param draining it finishes what it holds and gets nothing new
 * @param connection grows with each connection that this process makes, to whichever coordinator
 * @param scope whose work it may do, as its certificate says
 */
public record Seat(
    WorkerKey key,
    String engineClass,
    ModelCard model,
    boolean draining,
    long connection,
    TenantScope scope) {

  public Seat {
    requireNonNull(key, "key");
    requireNonNull(engineClass, "engineClass");
    requireNonNull(model, "model");
    requireNonNull(scope, "scope");
  }

  /** A worker of all tenants, as each is that shows no certificate. */
  public static Seat ofAll(
      WorkerKey key, String engineClass, ModelCard model, boolean draining, long connection) {
    return new Seat(key, engineClass, model, draining, connection, TenantScope.ALL);
  }

  /** What it may render, of any tenant. */
  public Pin pin() {
    return new Pin(engineClass, model.identity().digest());
  }

  /** Whether it may render what is pinned so and belongs to this tenant. */
  public boolean fits(Pin wanted, String tenant) {
    return isEquivalentTo(wanted.engineClass(), wanted.model()) && scope.covers(tenant);
  }

  /** Whether both compute the same bits with the same model. */
  public boolean isEquivalentTo(String otherEngineClass, Digest otherModel) {
    return engineClass.equals(otherEngineClass) && model.identity().digest().equals(otherModel);
  }
}
