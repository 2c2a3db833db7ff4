package dev.longtake.coordinator.web;

import dev.longtake.coordinator.access.Caller;
import dev.longtake.coordinator.api.Farm;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.audit.AuditLog;
import dev.longtake.coordinator.draft.DraftDesk;
import dev.longtake.coordinator.logs.LogStore;
import dev.longtake.metrics.Probes;
import dev.longtake.metrics.Quantiles;
import dev.longtake.security.FarmToken;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the dashboard works with.
 *
 * @param farm asked through it, wherever in the farm the answer is
 * @param content what is shown of films
 * @param access who may come in
 */
public record WebParts(
    Farm farm,
    Content content,
    Probes probes,
    Gauges gauges,
    About about,
    Access access,
    InstantSource clock) {

  /**
   * What is shown of films beside how they stand.
   *
   * @param lines what was said of them
   * @param drafts of shots under way; empty where none are to be made
   */
  public record Content(ArtifactStore artifacts, LogStore lines, Optional<DraftDesk> drafts) {}

  /**
   * Who may come in, and where it is written down what they do.
   *
   * @param audit where actions are written
   * @param tokens says whose a token is, or throws; empty where nobody is asked who it is
   */
  public record Access(AuditLog audit, Optional<Function<FarmToken, Caller>> tokens) {}

  /** Figures of this coordinator that are measured anyway; must not block. */
  public record Gauges(
      Supplier<Map<String, Long>> freeBytes,
      LongSupplier latentStoreBytes,
      Supplier<Quantiles> dispatch,
      Supplier<Quantiles> lease) {}

  /**
   * What this coordinator is.
   *
   * @param node its name in the farm
   * @param leads whether it deals out the work of the farm
   * @param journal where that is
   */
  public record About(String node, String version, Supplier<Boolean> leads, String journal) {}
}
