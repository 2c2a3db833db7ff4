package dev.longtake.coordinator;

import dev.longtake.coordinator.api.Bounds;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.api.LatentEndpoint;
import dev.longtake.coordinator.api.WorkerEndpoint;
import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.workers.MarkStore;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.coordinator.workers.WorkersMeter;
import dev.longtake.latent.LatentStore;
import dev.longtake.metrics.Metrics;
import java.time.InstantSource;
import org.apache.pekko.actor.typed.ActorRef;

/** What the sessions of this coordinator's workers work with. */
record WorkersSetup(
    CoordinatorConfig config, MarkStore marks, InstantSource clock, WorkersMeter meter) {

  WorkersActor.Surroundings around(ActorRef<LinkCommand> link, Stories stories) {
    return new WorkersActor.Surroundings(
        link, stories, times(config.lease()), config.limits().workers(), marks, clock, meter);
  }

  private static WorkersActor.Times times(CoordinatorConfig.Lease lease) {
    return new WorkersActor.Times(
        lease.reconnect(),
        lease.timeout(),
        lease.heartbeat(),
        lease.progress(),
        lease.checkInterval());
  }

  /** Their service. */
  static WorkerEndpoint endpoint(
      CoordinatorConfig config,
      Farm farm,
      ArtifactStorage storage,
      Bounds bounds,
      Metrics metrics) {
    return new WorkerEndpoint(
        farm,
        storage,
        config.lease().heartbeat(),
        config.limits().workers(),
        config.lease().timeout(),
        bounds,
        metrics);
  }

  static LatentEndpoint latents(
      CoordinatorConfig config,
      Farm farm,
      LatentStore latents,
      KeptCheckpoints checkpoints,
      Bounds bounds,
      Metrics metrics) {
    return new LatentEndpoint(
        farm,
        latents,
        checkpoints,
        bounds.openShots(),
        bounds,
        metrics,
        config.latents().waitMax());
  }
}
