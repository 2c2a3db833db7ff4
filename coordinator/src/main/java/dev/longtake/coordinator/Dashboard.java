package dev.longtake.coordinator;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.access.Tokens;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.coordinator.logs.LogStore;
import dev.longtake.coordinator.web.WebParts;
import dev.longtake.coordinator.web.WebServer;
import dev.longtake.metrics.Metrics;
import dev.longtake.metrics.Probes;
import dev.longtake.metrics.Quantiles;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts the dashboard of a coordinator. */
final class Dashboard {

  private Dashboard() {}

  static Optional<WebServer> start(
      CoordinatorConfig config,
      Farm farm,
      ArtifactStore artifacts,
      LogStore lines,
      AuditLog audit,
      Probes probes,
      Optional<Tokens> tokens,
      Metrics metrics) {
    return WebServer.start(
        new WebParts(
            farm,
            artifacts,
            lines,
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
