package dev.longtake.coordinator.web;

import dev.longtake.error.LongtakeException;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps pages up to date: once a second each page that somebody looks at is made once, and sent to
 * all who do. While nobody looks, only the throughput is followed, every ten seconds.
 */
final class Live implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Live.class);
  private static final long INTERVAL_MILLIS = 1000;
  private static final int UNSEEN_INTERVALS = 10;
  private static final int VIEWERS_MAX = 500;
  private static final Duration END_TIMEOUT = Duration.ofSeconds(2);

  private final Pages pages;

  /** And the thread that sends to each. */
  private final Map<Viewer, Thread> viewers = new ConcurrentHashMap<>();

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("dashboard").factory());
  private int intervals;

  Live(Pages pages) {
    this.pages = pages;
  }

  void start() {
    var _ =
        timer.scheduleWithFixedDelay(
            this::goOn, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Follows a page for a browser; returns at once. */
  void add(SseClient client, Topic.Look look, BooleanSupplier isStillIn) {
    if (viewers.size() >= VIEWERS_MAX) {
      client.sendEvent("problem", "expected at most %d open pages".formatted(VIEWERS_MAX));
      client.close();
      return;
    }
    client.keepAlive();
    var viewer = new Viewer(client, look, isStillIn);
    client.onClose(() -> forget(viewer));
    Thread thread = Thread.ofVirtual().name("dashboard-viewer").unstarted(viewer::run);
    viewers.put(viewer, thread);
    thread.start();
    timer.execute(() -> tell(look, List.of(viewer)));
  }

  /** Its thread would wait for ever if it were not told. */
  private void forget(Viewer viewer) {
    viewers.remove(viewer);
    viewer.tell(new Viewer.Message.Gone());
  }

  private void goOn() {
    try {
      viewers.keySet().stream().filter(Viewer::isGone).forEach(this::forget);
      viewers.keySet().stream()
          .filter(viewer -> !viewer.isStillIn())
          .forEach(viewer -> viewer.tell(new Viewer.Message.End()));
      if (viewers.isEmpty()) {
        if (intervals++ % UNSEEN_INTERVALS == 0) {
          pages.look();
        }
        return;
      }
      Map<Topic.Look, List<Viewer>> byLook =
          viewers.keySet().stream()
              .filter(Viewer::isStillIn)
              .collect(Collectors.groupingBy(Viewer::look));
      byLook.forEach(this::tell);
    } catch (LongtakeException e) {
      log.debug("the farm was not looked at: {}", e.getMessage());
    } catch (RuntimeException e) { // A timer that throws never comes again.
      log.error("dashboard", e);
    }
  }

  private void tell(Topic.Look look, List<Viewer> to) {
    try {
      String json = pages.json(look);
      long at = System.nanoTime();
      to.forEach(viewer -> viewer.tell(json, at));
    } catch (LongtakeException e) {
      to.forEach(viewer -> viewer.tell(new Viewer.Message.Problem(e.getMessage())));
    } catch (RuntimeException e) {
      log.error("page={}", look.topic(), e);
      to.forEach(viewer -> viewer.tell(new Viewer.Message.Problem("the page cannot be made")));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    Map<Viewer, Thread> ending = Map.copyOf(viewers);
    ending.keySet().forEach(viewer -> viewer.tell(new Viewer.Message.End()));
    long last = System.nanoTime() + END_TIMEOUT.toNanos();
    try {
      for (Thread thread : ending.values()) { // They need the server, which is stopped next.
        thread.join(Duration.ofNanos(Math.max(0, last - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
