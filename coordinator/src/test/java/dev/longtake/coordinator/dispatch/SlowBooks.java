package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.share.Books;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken.Kind;
import java.util.HashMap;
import java.util.Map;

/** What tenants hold, by a look at all that was told; what they have used is the fleet's word. */
final class SlowBooks implements Books {

  private final Fleet fleet;
  private final Map<WorkerKey, Map<String, Integer>> leases = new HashMap<>();
  private final Map<String, Integer> chunks = new HashMap<>();

  SlowBooks(Fleet fleet) {
    this.fleet = fleet;
    for (StoryDemand story : fleet.stories()) {
      String tenant = story.claimant().tenant();
      for (StoryDemand.Holder holder : story.holders()) {
        holder.orders().forEach(order -> count(holder.worker(), tenant, order.lease().kind()));
      }
      for (StoryDemand.Shot shot : story.shots()) {
        chunks.merge(tenant, shot.isNew() ? 0 : shot.chunks().size(), Integer::sum);
      }
    }
    for (Assignment.Lease lease : fleet.asked()) {
      lease.grants().forEach(grant -> count(grant.worker(), lease.tenant(), lease.kind()));
    }
  }

  private void count(WorkerKey worker, String tenant, Kind kind) {
    leases.computeIfAbsent(worker, key -> new HashMap<>()).merge(tenant, 1, Integer::sum);
    chunks.merge(tenant, kind == Kind.CHUNK ? 1 : 0, Integer::sum);
  }

  @Override
  public double used(String tenant) {
    return fleet.accounts().used(tenant);
  }

  @Override
  public long workers(String tenant) {
    return leases.values().stream()
        .mapToLong(
            held ->
                Books.part(
                    held.getOrDefault(tenant, 0), held.values().stream().mapToInt(it -> it).sum()))
        .sum();
  }

  @Override
  public int chunks(String tenant) {
    return chunks.getOrDefault(tenant, 0);
  }

  @Override
  public boolean isStopped(String tenant) {
    return fleet.accounts().isStopped(tenant);
  }
}
