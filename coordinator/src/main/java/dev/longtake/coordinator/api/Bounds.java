package dev.longtake.coordinator.api;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.digest.Digest;
import dev.longtake.story.status.TenantScope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What a worker that is bound to a tenant may read and write: what belongs to stories of that
 * tenant. What is not within it is to be answered as what is not there. Costs workers of all
 * tenants nothing. Safe for any number of threads.
 */
public final class Bounds {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final int LOOKS_MAX = 40;

  private final Farm farm;
  private final OpenShots openShots;

  /** What stories say of themselves decides. */
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

  /**
   * Whether the artifact is not there for who makes the call of this thread, because no open story
   * of its tenant has workers read it. Looks again for a while: what stories tell may come later to
   * this coordinator than the worker that has heard it of another one.
   */
  boolean hide(Digest digest) {
    Optional<String> tenant = Caller.ofCall().scope().only();
    return tenant.isPresent() && !isInputSoon(tenant.get(), digest);
  }

  private boolean isInputSoon(String tenant, Digest digest) {
    for (int look = 0; look < LOOKS_MAX; look++) {
      if (openShots.isInput(tenant, digest)) {
        return true;
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return openShots.isInput(tenant, digest);
  }
}
