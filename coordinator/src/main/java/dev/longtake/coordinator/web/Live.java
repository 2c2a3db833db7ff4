package dev.longtake.coordinator.web;

import dev.longtake.error.LongtakeException;
import io.javalin.http.sse.SseClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  private final Pages pages;
  private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
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
  void add(SseClient client, Topic topic) {
    if (viewers.size() >= VIEWERS_MAX) {
      client.sendEvent("problem", "expected at most %d open pages".formatted(VIEWERS_MAX));
      client.close();
      return;
    }
    client.keepAlive();
    var viewer = new Viewer(client, topic);
    client.onClose(() -> forget(viewer));
    Thread.ofVirtual().name("dashboard-viewer").start(viewer::run);
    viewers.add(viewer);
    timer.execute(() -> tell(topic, List.of(viewer)));
  }

  /** Its thread would wait for ever if it were not told. */
  private void forget(Viewer viewer) {
    viewers.remove(viewer);
    viewer.tell(new Viewer.Message.Gone());
  }

  private void goOn() {
    try {
      viewers.stream().filter(Viewer::isGone).forEach(this::forget);
      if (viewers.isEmpty()) {
        if (intervals++ % UNSEEN_INTERVALS == 0) {
          pages.look();
        }
        return;
      }
      Map<Topic, List<Viewer>> byTopic =
          viewers.stream().collect(Collectors.groupingBy(Viewer::topic));
      byTopic.forEach(this::tell);
    } catch (LongtakeException e) {
      log.debug("the farm was not looked at: {}", e.getMessage());
    } catch (RuntimeException e) { // A timer that throws never comes again.
      log.error("dashboard", e);
    }
  }

  private void tell(Topic topic, List<Viewer> to) {
    try {
      String json = pages.json(topic);
      long at = System.nanoTime();
      to.forEach(viewer -> viewer.tell(json, at));
    } catch (LongtakeException e) {
      to.forEach(viewer -> viewer.tell(new Viewer.Message.Problem(e.getMessage())));
    } catch (RuntimeException e) {
      log.error("page={}", topic, e);
      to.forEach(viewer -> viewer.tell(new Viewer.Message.Problem("the page cannot be made")));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    viewers.forEach(viewer -> viewer.tell(new Viewer.Message.End()));
  }
}
