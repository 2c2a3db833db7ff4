package dev.longtake.metrics;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.story.status.TenantScope;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.List;

/**
 * Every meter of coordinator and worker, in one registry. A process shows all of them and moves its
 * own: what both see, such as a slab on its way, is counted where it is stored. No label names a
 * story: their number has no bound.
 */
public final class Metrics {

  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private static final double[] RATIOS = {0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5};

  private final PrometheusRegistry registry = new PrometheusRegistry();

  /** Stories that reached a state; label {@code state}. */
  public final Counter stories =
      counter("longtake_stories_total", "Stories that reached a state", "state");

  /** Shots rendered to the end. */
  public final Counter shotsCompleted =
      counter("longtake_shots_completed_total", "Shots rendered to the end");

  /** Shots whose result was there already. */
  public final Counter shotsReused =
      counter("longtake_shots_reused_total", "Shots whose result was there already");

  /** Chunks denoised to the end. */
  public final Counter chunksCompleted =
      counter("longtake_chunks_completed_total", "Chunks denoised to the end");

  /** Leases of chunks given out. */
  public final Counter chunkAttempts =
      counter("longtake_chunk_attempts_total", "Leases of chunks given out");

  /** Chunks that others went on with though their worker was well, by why. */
  public final Counter chunksMoved =
      counter(
          "longtake_chunks_moved_total",
          "Chunks that others went on with though their worker was well",
          "reason");

  /** Segments decoded to the end. */
  public final Counter segmentsCompleted =
      counter("longtake_segments_completed_total", "Segments decoded to the end");

  /** Workers connected. */
  public final Gauge workers = gauge("longtake_workers", "Workers connected");

  /** Shots that are under way and have not moved for a while. */
  public final Gauge shotsStill =
      gauge("longtake_shots_still", "Shots under way that have not moved for a while");

  /** Chunks and segments whose worker was lost. */
  public final Counter workLost =
      counter("longtake_work_lost_total", "Chunks and segments whose worker was lost");

  /** Workers of the farm that get nothing, because they failed or a person said so. */
  public final Gauge workersQuarantined =
      gauge("longtake_workers_quarantined", "Workers of the farm that are quarantined");

  /** 1 at the coordinator that deals out the work of the farm, 0 at the others. */
  public final Gauge dispatchHere =
      gauge("longtake_dispatch_leader", "Whether this coordinator deals out the work of the farm");

  /** Chunks of running stories; label {@code state}. */
  public final Gauge chunks = gauge("longtake_chunks", "Chunks of running stories", "state");

  /** Chunks that wait for a worker; label {@code reason}. Their sum is that of waiting ones. */
  public final Gauge chunksWaiting =
      gauge("longtake_chunks_waiting", "Chunks that wait for a worker, by why", "reason");

  /** Of the coordinator that deals out work; gone from one that does so no more. */
  public final Gauge tenantUsedSeconds =
      gauge(
          "longtake_tenant_used_seconds",
          "Workers' time that a tenant has used since midnight UTC",
          "tenant");

  /** Denoise steps taken. */
  public final Counter denoiseSteps =
      counter("longtake_denoise_steps_total", "Denoise steps taken");

  /** Seconds of a denoise step, waiting for neighbours aside. */
  public final Histogram denoiseStepSeconds =
      histogram("longtake_denoise_step_seconds", "Seconds of a denoise step, waiting aside");

  /** Seconds of making what the model is told of a shot: prompt and pictures, encoded. */
  public final Histogram conditioningSeconds =
      histogram(
          "longtake_conditioning_seconds", "Seconds of encoding a shot's prompt and pictures");

  /** Seconds in which a worker had nothing to do but wait for slabs. */
  public final Counter exchangeWaitSeconds =
      counter(
          "longtake_exchange_wait_seconds_total",
          "Seconds in which a worker had nothing to do but wait for slabs");

  /** How far two neighbours were apart on their overlap before they were fused, per step. */
  public final Histogram boundaryDisagreement =
      Histogram.builder()
          .name("longtake_boundary_disagreement_ratio")
          .help("How far neighbours were apart on their overlap before fusion, of their size")
          .classicUpperBounds(RATIOS)
          .register(registry);

  /** Seconds of decoding, per frame. */
  public final Histogram decodeFrameSeconds =
      histogram("longtake_decode_frame_seconds", "Seconds of decoding, per frame");

  /** Slabs published through the store. */
  public final Counter slabsPut =
      counter("longtake_slabs_put_total", "Slabs published through the store");

  /** Slabs read from the store. */
  public final Counter slabsGot = counter("longtake_slabs_got_total", "Slabs read from the store");

  /** Bytes of slabs; label {@code direction}: in, out. */
  public final Counter slabBytes =
      counter("longtake_slab_bytes_total", "Bytes of slabs", "direction");

  /** Checkpoints that the store has taken. */
  public final Counter checkpointsPut =
      counter("longtake_checkpoints_put_total", "Checkpoints that the store has taken");

  /** Checkpoints that the archive has taken. */
  public final Counter checkpointsArchived =
      counter("longtake_checkpoints_archived_total", "Checkpoints that the archive has taken");

  /** Calls that the archive of checkpoints could not do. */
  public final Counter checkpointArchiveFailures =
      counter(
          "longtake_checkpoint_archive_failures_total",
          "Calls that the archive of checkpoints could not do");

  /** Checkpoints that fell due and were not stored. */
  public final Counter checkpointsSkipped =
      counter(
          "longtake_checkpoints_skipped_total", "Checkpoints that fell due and were not stored");

  /** Chunks that went on from a checkpoint. */
  public final Counter checkpointsResumed =
      counter("longtake_checkpoints_resumed_total", "Chunks that went on from a checkpoint");

  /** Denoise steps that chunks did not repeat, because they went on from a checkpoint. */
  public final Counter denoiseStepsSaved =
      counter(
          "longtake_denoise_steps_saved_total",
          "Denoise steps not repeated, because a chunk went on from a checkpoint");

  /** Bytes of checkpoints; label {@code direction}: in, out. */
  public final Counter checkpointBytes =
      counter("longtake_checkpoint_bytes_total", "Bytes of checkpoints", "direction");

  /** Bytes that the latent store holds. */
  public final Gauge latentStoreBytes =
      gauge("longtake_latent_store_bytes", "Bytes that the latent store holds");

  /** Bytes of artifacts; label {@code direction}: in, out. */
  public final Counter artifactBytes =
      counter("longtake_artifact_bytes_total", "Bytes of artifacts", "direction");

  /** Bytes free on a disk of the coordinator; label {@code disk}. */
  public final Gauge freeBytes =
      gauge("longtake_storage_free_bytes", "Bytes free on a disk of the coordinator", "disk");

  /** 0 with enough room, 1 when nothing new is leased, 2 when nothing new is accepted. */
  public final Gauge roomLevel =
      gauge("longtake_storage_room_level", "What there is no room for: 1 leases, 2 anything new");

  /** Seconds of calls that have ended; labels {@code service}, {@code method}, {@code code}. */
  public final Histogram rpcSeconds =
      histogram("longtake_rpc_seconds", "Seconds of calls", "service", "method", "code");

  /** Calls that have not ended; labels {@code service}, {@code method}. */
  public final Gauge rpcsOpen =
      gauge("longtake_rpcs_open", "Calls that have not ended", "service", "method");

  /** Seconds in which dispatch went once over what has changed. */
  public final Histogram dispatchSeconds =
      histogram("longtake_dispatch_seconds", "Seconds of a run of dispatch");

  /** Seconds from dealing a lease out until its story has it in the journal. */
  public final Histogram leaseSeconds =
      histogram("longtake_lease_seconds", "Seconds from dealing out to the journaled lease");

  /** Attempts to tell a receiver of a notice; label {@code outcome}: told, not-taken, given-up. */
  public final Counter notices =
      counter("longtake_notices_total", "Attempts to tell a receiver of a notice", "outcome");

  /** Events of stories written to the journal. */
  public final Counter journalEvents =
      counter("longtake_journal_events_total", "Events of stories written to the journal");

  /** Events of stories that were forgotten with them. */
  public final Counter journalEventsRemoved =
      counter("longtake_journal_events_removed_total", "Events removed with forgotten stories");

  /** Stories that were forgotten because they ended long ago. */
  public final Counter storiesForgotten =
      counter("longtake_stories_forgotten_total", "Stories forgotten because they ended long ago");

  /** Artifacts and index entries that were removed because nobody used them for long. */
  public final Counter artifactsRemoved =
      counter("longtake_artifacts_removed_total", "Artifacts and index entries removed as old");

  /** Failures; label {@code error_kind}. */
  public final Counter errors = counter("longtake_errors_total", "Failures", "error_kind");

  /** Meters that all stand at zero, and those of the JVM. */
  public Metrics() {
    Arrays.stream(ErrorKind.values()).forEach(kind -> errors.labelValues(kind.label()).inc(0));
    for (String state :
        List.of("pending", "running", "succeeded", "failed", "cancelled", "retried")) {
      stories.labelValues(state).inc(0);
    }
    List.of("waiting", "leased", "done").forEach(state -> chunks.labelValues(state).set(0));
    for (Counter bytes : List.of(slabBytes, checkpointBytes, artifactBytes)) {
      List.of("in", "out").forEach(direction -> bytes.labelValues(direction).inc(0));
    }
    List.of("drains", "spread", "slow").forEach(why -> chunksMoved.labelValues(why).inc(0));
    tenantUsedSeconds.labelValues(TenantScope.DEFAULT_TENANT).set(0);
    List.of("told", "not-taken", "given-up").forEach(it -> notices.labelValues(it).inc(0));
    JvmMetrics.builder().register(registry);
  }

  /** Counts a failure. */
  public void countError(ErrorCode code) {
    errors.labelValues(code.kind().label()).inc();
  }

  /** Where the meters are registered. */
  public PrometheusRegistry registry() {
    return registry;
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Histogram histogram(String name, String help, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicUpperBounds(SECONDS)
        .register(registry);
  }
}
