package dev.longtake.coordinator.dispatch.view;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.story.status.TenantScope;
import dev.longtake.story.status.TenantStatus;
import java.util.List;
import java.util.Set;

/**
 * What dispatch knows of the farm, for people. Pure.
 *
 * @param settled false while a new dispatch still asks around, and deals out nothing
 * @param nodes the coordinators that have told of themselves
 * @param missing workers that hold something and are not there
 * @param tenants those that have or want something and those that settings name, by name
 */
public record FleetView(
    boolean settled,
    List<String> nodes,
    List<Worker> workers,
    List<Missing> missing,
    ChunkCounts chunks,
    List<TenantStatus> tenants) {

  /**
   * A worker that is there.
   *
   * @param node the coordinator that it is connected to
   * @param draining it ends what it holds and gets nothing new
   * @param modelDigest of its weights
   * @param scope whose work it may do
   */
  public record Worker(
      WorkerKey key,
      String node,
      String engineClass,
      String model,
      String modelDigest,
      boolean draining,
      List<LeaseToken> holds,
      TenantScope scope) {
    public Worker {
      requireNonNull(key, "key");
      requireNonNull(node, "node");
      requireNonNull(engineClass, "engineClass");
      requireNonNull(model, "model");
      requireNonNull(modelDigest, "modelDigest");
      holds = List.copyOf(holds);
      requireNonNull(scope, "scope");
    }

    /** Whether those of these tenants are to know of it. */
    public boolean isSeenBy(TenantScope viewer) {
      return viewer.isAll() || scope.isAll() || viewer.equals(scope);
    }

    private Worker holding(List<LeaseToken> some) {
      return new Worker(key, node, engineClass, model, modelDigest, draining, some, scope);
    }
  }

  /** A worker that is not there and whose work waits for it. */
  public record Missing(WorkerKey key, List<LeaseToken> holds) {
    public Missing {
      requireNonNull(key, "key");
      holds = List.copyOf(holds);
    }
  }

  /**
   * The same for who is to see these tenants and stories alone: what is done of others is not told,
   * nor is a worker that is away with it or bound to others.
   */
  public FleetView onlyOf(TenantScope scope, Set<String> storyIds) {
    return new FleetView(
        settled,
        nodes,
        workers.stream()
            .filter(worker -> worker.isSeenBy(scope))
            .map(worker -> worker.holding(only(storyIds, worker.holds())))
            .toList(),
        missing.stream()
            .map(worker -> new Missing(worker.key(), only(storyIds, worker.holds())))
            .filter(worker -> !worker.holds().isEmpty())
            .toList(),
        chunks,
        tenants.stream().filter(tenant -> scope.covers(tenant.tenant())).toList());
  }

  private static List<LeaseToken> only(Set<String> storyIds, List<LeaseToken> holds) {
    return holds.stream().filter(lease -> storyIds.contains(lease.storyId())).toList();
  }

  public FleetView {
    nodes = List.copyOf(nodes);
    workers = List.copyOf(workers);
    missing = List.copyOf(missing);
    tenants = List.copyOf(tenants);
    requireNonNull(chunks, "chunks");
  }
}
