package dev.longtake.coordinator.health;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Probes;
import dev.longtake.words.DurationText;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a coordinator answers to gRPC's health checks:
 *
 * <ul>
 *   <li>{@link #LIVE}: the process runs and need not be started again;
 *   <li>no name: the same, which is what clients go by. They come to a coordinator whose parts do
 *       not answer for a while, because most of what they ask for is there;
 *   <li>{@link #READY}: all parts answer, and each part by its name.
 * </ul>
 *
 * <p>Parts are asked now and then; a change is logged. One that has failed for good, or does not
 * answer for longer than it may, ends it: {@link #failure}.
 */
public final class Health implements Probes, AutoCloseable {

  /** The process runs and need not be started again. */
  public static final String LIVE = "live";

  /** All parts answer. */
  public static final String READY = "ready";

  private static final Logger log = LoggerFactory.getLogger(Health.class);
  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * Something without which no work is done.
   *
   * @param silenceMax how long it may go without an answer; empty for ever
   * @param check returns if it answers, may wait, and throws why not
   */
  public record Part(String name, Optional<Duration> silenceMax, Runnable check) {}

  private final HealthStatusManager statuses = new HealthStatusManager();
  private final List<Part> parts;
  private final InstantSource clock;
  private final CompletableFuture<LongtakeException> failure = new CompletableFuture<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("health").factory());
  private PartsAnswers answers = PartsAnswers.GOOD;
  private boolean isAsked;

  /** Serves nothing until {@link #start}. */
  public Health(List<Part> parts, InstantSource clock) {
    this.parts = List.copyOf(parts);
    this.clock = clock;
    set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, false);
    set(LIVE, true);
    set(READY, false);
  }

  /** What answers the checks. */
  public BindableService service() {
    return statuses.getHealthService();
  }

  /** Asks every part from now on, again and again. */
  public synchronized void start() {
    set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, !answers.isFailed());
    var _ =
        timer.scheduleWithFixedDelay(this::check, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Completes when the coordinator cannot go on, once whoever watches its health is told. */
  public CompletableFuture<LongtakeException> failure() {
    return failure.copy();
  }

  @Override
  public synchronized Optional<String> whyNotLive() {
    return answers.isFailed() ? answers.whyNot() : Optional.empty();
  }

  @Override
  public synchronized Optional<String> whyNotReady() {
    return isAsked ? answers.whyNot() : Optional.of("starting");
  }

  /** A part has failed for good. */
  public void fail(Part part, LongtakeException why) {
    synchronized (this) {
      if (!answers.isFailed()) {
        log.error("health={} has failed, the coordinator ends: {}", part.name(), why.getMessage());
      }
      answers = answers.withFailed(part.name(), why.getMessage(), clock.instant());
      tell();
    }
    failure.complete(why);
  }

  void check() {
    parts.forEach(this::check);
    synchronized (this) {
      isAsked = true;
      tell();
    }
  }

  private void check(Part part) {
    Optional<String> why = whyNot(part);
    Instant now = clock.instant();
    note(part, why, now);
    part.silenceMax()
        .filter(max -> silence(part, now).compareTo(max) > 0)
        .ifPresent(max -> fail(part, lost(part, max, why.orElse(""))));
  }

  private static LongtakeException lost(Part part, Duration silenceMax, String why) {
    return new LongtakeException(
        ErrorCode.STORAGE_FAILED,
        "%s: expected an answer within %s, found: %s"
            .formatted(part.name(), DurationText.said(silenceMax), why));
  }

  private synchronized Duration silence(Part part, Instant now) {
    return answers.silence(part.name(), now);
  }

  private synchronized void note(Part part, Optional<String> why, Instant now) {
    PartsAnswers before = answers;
    answers = before.with(part.name(), why, now);
    tell();
    if (before.answers(part.name()) && why.isPresent()) {
      log.error("health={} does not answer: {}", part.name(), why.get());
    } else if (!before.answers(part.name()) && answers.answers(part.name())) {
      log.info(
          "health={} answers again after {}",
          part.name(),
          DurationText.said(before.silence(part.name(), now)));
    }
  }

  private void tell() {
    set(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, !answers.isFailed());
    set(LIVE, !answers.isFailed());
    set(READY, isAsked && answers.troubles().isEmpty());
    parts.forEach(part -> set(part.name(), answers.answers(part.name())));
  }

  private void set(String name, boolean isServing) {
    statuses.setStatus(name, isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** Why a part does not answer, on a thread of its own, because it may be stuck. */
  private static Optional<String> whyNot(Part part) {
    CompletableFuture<Void> asked =
        CompletableFuture.runAsync(part.check(), Thread::startVirtualThread);
    try {
      asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return Optional.of(
          cause instanceof LongtakeException known ? known.getMessage() : String.valueOf(cause));
    } catch (TimeoutException e) {
      return Optional.of("no answer within " + DurationText.said(PATIENCE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty(); // It is closed, and nobody listens any more.
    }
  }

  /** Serves nothing any more. */
  @Override
  public void close() {
    timer.shutdownNow();
    statuses.enterTerminalState();
  }
}
