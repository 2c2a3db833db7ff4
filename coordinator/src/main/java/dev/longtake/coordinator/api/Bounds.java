package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.digest.Digest;
import dev.longtake.lease.Work;
import dev.longtake.story.status.TenantScope;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a worker that is bound to a tenant may read and write: what belongs to stories of that
 * tenant. What is not within it is to be answered as what is not there. Costs workers of all
 * tenants nothing. Safe for any number of threads.
 */
public final class Bounds {

  /** So many artifacts are remembered for each tenant that has workers of its own. */
  private static final int NAMED_MAX = 20_000;

  private final Farm farm;
  private final OpenShots openShots;
  private final Map<String, Map<Digest, Boolean>> named = new ConcurrentHashMap<>();

  /** Nothing was named to a bound worker yet. */
  public Bounds(Farm farm, OpenShots openShots) {
    this.farm = farm;
    this.openShots = openShots;
  }

  /** Which shots are open, and whose they are. */
  public OpenShots openShots() {
    return openShots;
  }

  /** Whether the story is not there for who makes the call of this thread. */
  boolean hide(String storyId) {
    return hide(storyId, Caller.ofCall().scope());
  }

  /** The same for who has to do with these tenants. */
  boolean hide(String storyId, TenantScope scope) {
    return !scope.isAll()
        && !openShots
            .tenant(storyId)
            .map(scope::covers)
            .orElseGet(() -> farm.isKnown(storyId, scope));
  }

  /** A worker is ordered to do this: it will ask for what stands there. */
  void name(TenantScope scope, Collection<Work> works) {
    scope.only().ifPresent(tenant -> works.forEach(work -> name(tenant, work)));
  }

  private void name(String tenant, Work work) {
    input(work).ifPresent(digest -> namedTo(tenant).put(digest, true));
  }

  private Map<Digest, Boolean> namedTo(String tenant) {
    return named.computeIfAbsent(tenant, key -> Collections.synchronizedMap(new Newest()));
  }

  /** The artifact that has to be read for it. */
  private static Optional<Digest> input(Work work) {
    return switch (work) {
      case Work.DenoiseChunk _ -> Optional.empty();
      case Work.DecodeSegment segment -> Optional.of(segment.latentsDigest());
    };
  }

  /** Whether the artifact is not there for who makes the call of this thread: no order named it. */
  boolean hide(Digest digest) {
    return Caller.ofCall()
        .scope()
        .only()
        .filter(tenant -> namedTo(tenant).get(digest) == null)
        .isPresent();
  }

  /** The last ones that were named. */
  private static final class Newest extends LinkedHashMap<Digest, Boolean> {

    private static final long serialVersionUID = 1;

    private Newest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Digest, Boolean> eldest) {
      return size() > NAMED_MAX;
    }
  }
}
