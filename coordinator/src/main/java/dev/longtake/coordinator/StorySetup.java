package dev.longtake.coordinator;

import dev.longtake.coordinator.story.actor.StoryTimes;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;

/** What stories go by, as the settings say. */
final class StorySetup {

  private StorySetup() {}

  static StoryTimes times(CoordinatorConfig config) {
    return new StoryTimes(
        config.timing().progressInterval(),
        config.film().patience(),
        config.timing().snapshotEvents(),
        new FailurePolicy(config.limits().workerLosses()),
        new Stillness.Patience(config.timing().stillAfter()),
        new Slowness(config.limits().slowPercent(), Slowness.DEFAULT.handOver()));
  }
}
