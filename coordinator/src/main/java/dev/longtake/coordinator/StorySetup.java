package dev.longtake.coordinator;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.story.actor.StoryTimes;
import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.coordinator.traces.StoryTraces;
import dev.longtake.coordinator.traces.TraceSettings;
import dev.longtake.latent.LatentStore;
import dev.longtake.metrics.Metrics;
import dev.longtake.trace.Tracing;
import dev.longtake.trace.otlp.TraceTarget;
import java.time.InstantSource;

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

  /** What is done for stories beside their journal. */
  static FarmWork work(
      CoordinatorConfig config,
      ArtifactStorage storage,
      LatentStore latents,
      KeptCheckpoints checkpoints,
      DataFolder folder,
      Metrics metrics) {
    long filmBytes = HeapShare.bytes(config.film().heapPercent());
    return new FarmWork(storage, latents, checkpoints, folder.scratch(), metrics, filmBytes);
  }

  /** Where the ways of stories are kept; to be closed. */
  static StoryTraces traces(CoordinatorConfig config, InstantSource clock) {
    TraceSettings settings = config.traces();
    String instance = "%s:%d".formatted(config.listen().host(), config.listen().port());
    Tracing tracing = TraceTarget.open(settings.endpoint(), "longtake-coordinator", instance);
    return new StoryTraces(tracing, settings.percentOfStories(), clock);
  }
}
