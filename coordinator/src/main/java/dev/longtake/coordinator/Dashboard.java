package dev.longtake.coordinator;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.access.Tokens;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.coordinator.draft.DraftDesk;
import dev.longtake.coordinator.draft.DraftSources;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.logs.LogStore;
import dev.longtake.coordinator.web.WebParts;
import dev.longtake.coordinator.web.WebServer;
import dev.longtake.coordinator.web.WebSettings;
import dev.longtake.metrics.Metrics;
import dev.longtake.metrics.Probes;
import dev.longtake.metrics.Quantiles;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts the dashboard of a coordinator. */
final class Dashboard {

  /** A chunk's state that takes more than this part of the heap is not read for a draft. */
  private static final int STATES_OF_THE_HEAP = 16;

  private Dashboard() {}

  static Optional<WebServer> start(
      CoordinatorConfig config,
      Farm farm,
      WebParts.Content content,
      AuditLog audit,
      Probes probes,
      Optional<Tokens> tokens,
      Metrics metrics) {
    return WebServer.start(
        new WebParts(
            farm,
            content,
            probes,
            new WebParts.Gauges(
                () -> freeBytes(config, metrics),
                () -> (long) metrics.latentStoreBytes.get(),
                () -> Quantiles.of(metrics.dispatchSeconds),
                () -> Quantiles.of(metrics.leaseSeconds)),
            about(config, metrics),
            new WebParts.Access(audit, tokens.map(known -> token -> Caller.of(known.check(token)))),
            Clock.systemUTC()),
        config.web());
  }

  /** What is shown of films. */
  static WebParts.Content content(
      WebSettings settings, ArtifactStorage storage, KeptCheckpoints checkpoints, LogStore lines) {
    var sources =
        new DraftSources(
            checkpoints::read,
            storage.artifacts(),
            storage.draftMaps()::find,
            Runtime.getRuntime().maxMemory() / STATES_OF_THE_HEAP);
    return new WebParts.Content(
        storage.artifacts(),
        lines,
        settings.drafts().map(time -> new DraftDesk(sources, time, Clock.systemUTC())));
  }

  private static WebParts.About about(CoordinatorConfig config, Metrics metrics) {
    CoordinatorConfig.Cluster cluster = config.cluster();
    String version = Dashboard.class.getPackage().getImplementationVersion();
    return new WebParts.About(
        cluster.members().list().isEmpty() ? "alone" : cluster.host() + ":" + cluster.port(),
        version == null ? "unreleased" : version,
        () -> metrics.dispatchHere.get() > 0,
        config.storage().journal().word());
  }

  private static Map<String, Long> freeBytes(CoordinatorConfig config, Metrics metrics) {
    Map<String, Long> free = new TreeMap<>();
    if (config.storage().journal() != CoordinatorConfig.JournalIn.POSTGRESQL) {
      free.put("journal", (long) metrics.freeBytes.labelValues("journal").get());
    }
    if (config.storage().artifacts() == CoordinatorConfig.ArtifactsIn.FOLDER) {
      free.put("artifacts", (long) metrics.freeBytes.labelValues("artifacts").get());
    }
    return free;
  }
}
