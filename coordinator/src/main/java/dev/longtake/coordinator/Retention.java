package dev.longtake.coordinator;

import dev.longtake.coordinator.artifacts.OldArtifacts;
import dev.longtake.coordinator.catalog.EndedStories;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets now and then what ended long ago, so that a farm does not grow for ever: stories with
 * their journal, and then artifacts that no story can need.
 *
 * <p>Which these are follows from times alone: whatever a story is made of was written, or found
 * and used, after it was submitted. So what was last written or used before the oldest story that
 * the farm still knows was submitted, belongs to none that it knows.
 */
final class Retention implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final int SWEEPS = 20;
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofHours(1);

  /** The clock of a file server may be another one than ours. */
  private static final Duration MARGIN_MAX = Duration.ofHours(1);

  private final EndedStories stories;
  private final OldArtifacts artifacts;
  private final Duration keep;
  private final InstantSource clock;
  private final Metrics metrics;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("retention").factory());

  /**
   * Nothing is forgotten before {@link #start}.
   *
   * @param keep how long after its end a story is kept
   */
  Retention(
      EndedStories stories,
      OldArtifacts artifacts,
      Duration keep,
      InstantSource clock,
      Metrics metrics) {
    this.stories = stories;
    this.artifacts = artifacts;
    this.keep = keep;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** Forgets from now on. */
  void start() {
    Duration pause = keep.dividedBy(SWEEPS);
    pause = pause.compareTo(PAUSE_MIN) < 0 ? PAUSE_MIN : pause;
    pause = pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
    var _ =
        timer.scheduleWithFixedDelay(
            this::sweepIfPossible, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sweepIfPossible() {
    try {
      sweep();
    } catch (LongtakeException e) { // A timer that throws never comes again.
      log.warn("what ended long ago stays for now: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("what ended long ago stays for now", e);
    }
  }

  /** Forgets what is to be forgotten now. */
  void sweep() {
    Instant then = clock.instant().minus(keep);
    EndedStories.Forgotten forgotten = stories.forget(then);
    metrics.storiesForgotten.inc(forgotten.stories());
    metrics.journalEventsRemoved.inc(forgotten.events());
    Instant oldest = stories.oldest().filter(it -> it.isBefore(then)).orElse(then);
    Duration margin = keep.compareTo(MARGIN_MAX) < 0 ? keep : MARGIN_MAX;
    OldArtifacts.Removed removed = artifacts.remove(oldest.minus(margin));
    metrics.artifactsRemoved.inc(removed.files());
    if (forgotten.stories() > 0 || removed.files() > 0) {
      log.info(
          "stories={} forgotten, which ended more than {} ago; artifacts={} of {} MiB removed",
          forgotten.stories(),
          keep,
          removed.files(),
          removed.bytes() >> 20);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
