package dev.longtake.coordinator.notify;

import dev.longtake.backoff.Backoff;
import dev.longtake.coordinator.catalog.StoryEndings;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.workers.MarkListener;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerMark;
import dev.longtake.story.status.StorySummary;
import dev.longtake.words.DurationText;
import dev.longtake.words.Word;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everybody who wants to know, at least once each: what a receiver does not take it is told
 * again, after ever longer pauses, by whichever coordinator comes first. No receiver waits for
 * another one, and nobody who renders waits for any.
 */
public final class Notifier implements StoryEndings, MarkListener, AutoCloseable {

  /** How it went, for those who count. */
  public enum Outcome implements Word {
    TOLD,
    NOT_TAKEN,
    GIVEN_UP
  }

  /** Told how it went. Must not block. */
  public interface Meter {
    void notice(Outcome outcome);
  }

  private static final Logger log = LoggerFactory.getLogger(Notifier.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(15));
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final long END_SECONDS = 1;
  private static final Duration FORGET_INTERVAL = Duration.ofHours(1);

  private final Outbox outbox;
  private final Optional<HttpClient> http;
  private final List<Receiver> receivers;
  private final Set<String> occasions;
  private final Duration patience;
  private final InstantSource clock;
  private final Meter meter;
  private final ScheduledExecutorService threads;

  private Notifier(
      Outbox outbox,
      Optional<HttpClient> http,
      List<Receiver> receivers,
      NotifySettings settings,
      InstantSource clock,
      Meter meter) {
    this.outbox = outbox;
    this.http = http;
    this.receivers = List.copyOf(receivers);
    this.occasions =
        settings.occasions().set().stream().map(Occasion::word).collect(Collectors.toSet());
    this.patience = settings.patience();
    this.clock = clock;
    this.meter = meter;
    this.threads =
        Executors.newScheduledThreadPool(
            Math.max(1, receivers.size()), Thread.ofPlatform().daemon().name("notifier").factory());
  }

  /** Tells whom these settings name, from now on. */
  public static Notifier open(
      Database database, NotifySettings settings, InstantSource clock, Meter meter) {
    List<Receiver> receivers = new ArrayList<>();
    Optional<HttpClient> http =
        settings.webhooks().list().isEmpty() ? Optional.empty() : Optional.of(client());
    http.ifPresent(
        client ->
            settings
                .webhooks()
                .list()
                .forEach(url -> receivers.add(new Webhook(client, url, settings.secret(), clock))));
    settings
        .command()
        .ifPresent(program -> receivers.add(new HookCommand(program, COMMAND_TIMEOUT)));
    var notifier = new Notifier(new Outbox(database), http, receivers, settings, clock, meter);
    notifier.start();
    return notifier;
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .connectTimeout(CONNECT_TIMEOUT)
        .followRedirects(Redirect.NEVER)
        .build();
  }

  private void start() {
    for (Receiver receiver : receivers) {
      every(LOOK_AGAIN, () -> tellAll(receiver));
    }
    every(FORGET_INTERVAL, () -> outbox.forget(clock.instant()));
  }

  private void every(Duration interval, Runnable task) {
    var _ =
        threads.scheduleWithFixedDelay(
            () -> guarded(task), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (LongtakeException e) { // A timer that throws never comes again.
      log.debug("notices were not looked at: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("notices were not looked at", e);
    }
  }

  @Override
  public void note(Connection connection, List<StorySummary> stories) throws SQLException {
    outbox.add(
        connection,
        stories.stream().map(Notice::of).flatMap(Optional::stream).filter(this::isTold).toList(),
        receivers);
  }

  @Override
  public void note(Connection connection, WorkerMark mark) throws SQLException {
    outbox.add(connection, Notice.of(mark).filter(this::isTold).stream().toList(), receivers);
  }

  /** What has happened longer ago than it would be tried is of another time. */
  private boolean isTold(Notice notice) {
    return !receivers.isEmpty()
        && occasions.contains(notice.occasion())
        && Instant.parse(notice.time()).isAfter(clock.instant().minus(patience));
  }

  private void tellAll(Receiver receiver) {
    Optional<Outbox.Taken> next = outbox.take(receiver.key(), clock.instant());
    while (next.isPresent()) {
      tell(receiver, next.get());
      next = threads.isShutdown() ? Optional.empty() : outbox.take(receiver.key(), clock.instant());
    }
  }

  private void tell(Receiver receiver, Outbox.Taken notice) {
    try {
      receiver.tell(notice.noticeId(), notice.body().getBytes(StandardCharsets.UTF_8));
      outbox.finish(notice);
      meter.notice(Outcome.TOLD);
      log.info("notice={} receiver={} told", notice.noticeId(), receiver.name());
    } catch (IOException e) {
      onNotTaken(receiver, notice, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It comes again, here or elsewhere.
    }
  }

  private void onNotTaken(Receiver receiver, Outbox.Taken notice, IOException why) {
    Instant now = clock.instant();
    if (!now.isBefore(notice.created().plus(patience))) {
      outbox.finish(notice);
      meter.notice(Outcome.GIVEN_UP);
      log.error(
          "notice={} receiver={} given up after {} attempts: {}",
          notice.noticeId(),
          receiver.name(),
          notice.attempt(),
          why.getMessage());
      return;
    }
    Duration pause = BACKOFF.pause(notice.attempt() - 1, 0);
    outbox.putOff(notice, now.plus(pause));
    meter.notice(Outcome.NOT_TAKEN);
    log.warn(
        "notice={} receiver={} not told, again in {}: {}",
        notice.noticeId(),
        receiver.name(),
        DurationText.said(pause),
        why.getMessage());
  }

  /** Ends; what is left is told when a coordinator starts again. */
  @Override
  public void close() {
    threads.shutdown(); // What is in the middle of a statement is not interrupted at once.
    try {
      if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      threads.shutdownNow();
    }
    http.ifPresent(HttpClient::shutdownNow);
  }
}
