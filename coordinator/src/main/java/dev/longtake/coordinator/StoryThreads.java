package dev.longtake.coordinator;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.StoryTask;
import dev.longtake.coordinator.story.actor.TaskThreads;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads of stories' tasks, for each kind its own: two films that are being assembled hold up
 * no plan. What computes has threads of the machine, as many as the operator says; what waits for a
 * store has virtual ones.
 */
final class StoryThreads implements TaskThreads {

  /** Tasks at once that do little but wait: bounded for the sake of the store. */
  private static final int WAITING_MAX = 16;

  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);

  private final Map<StoryTask.Kind, ExecutorService> kinds = new EnumMap<>(StoryTask.Kind.class);
  private final Map<StoryTask.Kind, Semaphore> waiting = new EnumMap<>(StoryTask.Kind.class);
  private final Duration stopTimeout;

  /**
   * Threads, which begin when they are needed.
   *
   * @param stopTimeout how long tasks that have begun go on when they are stopped
   */
  StoryThreads(CoordinatorConfig.Film film, Duration stopTimeout) {
    this.stopTimeout = stopTimeout;
    for (StoryTask.Kind kind : StoryTask.Kind.values()) {
      kinds.put(
          kind,
          switch (kind) {
            case PLANNING, UPKEEP -> waiting(kind);
            case JOINING -> computing(kind, film.joinThreads());
            case CLIPS, FILMS -> computing(kind, film.threads());
          });
    }
  }

  private static String name(StoryTask.Kind kind) {
    return "story-" + kind.name().toLowerCase(Locale.ROOT) + "-";
  }

  private static ExecutorService computing(StoryTask.Kind kind, int threads) {
    ThreadFactory factory = Thread.ofPlatform().daemon().name(name(kind), 0).factory();
    return Executors.newFixedThreadPool(threads, factory);
  }

  private ExecutorService waiting(StoryTask.Kind kind) {
    waiting.put(kind, new Semaphore(WAITING_MAX, true));
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name(kind), 0).factory());
  }

  @Override
  public void run(StoryTask.Kind kind, Runnable task) {
    Semaphore places = waiting.get(kind);
    requireNonNull(kinds.get(kind)).execute(places == null ? task : () -> runInPlace(places, task));
  }

  private static void runInPlace(Semaphore places, Runnable task) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // The coordinator stops: the next one asks for it again.
    }
    try {
      task.run();
    } finally {
      places.release();
    }
  }

  /** What is nearly done is done; what takes longer starts again with the next coordinator. */
  void stop() throws InterruptedException {
    kinds.values().forEach(ExecutorService::shutdown);
    if (!await(stopTimeout)) {
      kinds.values().forEach(ExecutorService::shutdownNow);
      await(END_TIMEOUT);
    }
  }

  private boolean await(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    boolean isDone = true;
    for (ExecutorService kind : kinds.values()) {
      isDone &= kind.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return isDone;
  }
}
