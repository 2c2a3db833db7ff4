package dev.longtake.coordinator;

import dev.longtake.coordinator.dispatch.LinkCommand;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.workers.WorkersActor;
import org.apache.pekko.actor.typed.ActorRef;

/** What the sessions of this coordinator's workers work with. */
final class WorkersSetup {

  private WorkersSetup() {}

  static WorkersActor.Surroundings around(
      FarmActors.Parts parts, ActorRef<LinkCommand> link, Stories stories) {
    return new WorkersActor.Surroundings(
        link,
        stories,
        times(parts.config().lease()),
        parts.config().limits().workers(),
        parts.drained()::contains,
        parts.clock(),
        count -> parts.metrics().workers.set(count));
  }

  private static WorkersActor.Times times(CoordinatorConfig.Lease lease) {
    return new WorkersActor.Times(
        lease.reconnect(), lease.timeout(), lease.heartbeat(), lease.checkInterval());
  }
}
