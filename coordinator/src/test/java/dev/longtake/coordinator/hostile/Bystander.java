package dev.longtake.coordinator.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.api.FakeWorker;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Somebody honest who is served all the while: lists stories again and again, and has one rendered
 * by an honest worker. Nothing is tried twice, so that one call that fails is a failure.
 */
final class Bystander implements AutoCloseable {

  /**
   * No call takes longer: {@code timing.answer-timeout}, after which the coordinator itself would
   * say that it does not come to answer.
   */
  private static final Duration SLOWEST = Duration.ofSeconds(10);

  private static final AtomicInteger next = new AtomicInteger();

  private final FarmClient client;
  private final FakeWorker worker;
  private final String storyId;
  private final CompletableFuture<Duration> slowest;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean isToStop;

  Bystander(Target target) {
    client = client(target.port());
    worker = FakeWorker.start(target.port(), "honest");
    storyId = submit(client);
    slowest = CompletableFuture.supplyAsync(this::callOnAndOn, Thread::startVirtualThread);
  }

  static FarmClient client(int port) {
    return new FarmClient(Channels.plaintext("127.0.0.1", port), Retries.NONE, Retries.NONE);
  }

  /** A story of its own, as no other. */
  static String submit(FarmClient client) {
    int number = next.incrementAndGet();
    return client
        .submit("honest-" + number, TestStories.story("s" + number, 33), TestStories.pictures())
        .storyId();
  }

  private Duration callOnAndOn() {
    long longest = 0;
    while (!isToStop) {
      long start = System.nanoTime();
      client.list(StoryFilter.ALL, 5, "");
      longest = Math.max(longest, System.nanoTime() - start);
      calls.incrementAndGet();
    }
    return Duration.ofNanos(longest);
  }

  /** Fails unless every call was answered, and the story is rendered to its end. */
  void requireServed() {
    StoryStatus end = client.watch(storyId, status -> {});
    isToStop = true;

    assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
    assertThat(slowest.join()).as("the slowest of %s calls", calls).isLessThan(SLOWEST);
    assertThat(calls).hasPositiveValue();
  }

  /** Ends what it does; what it would have said of failures does not count any more. */
  @Override
  public void close() {
    isToStop = true;
    try {
      slowest.join();
    } catch (java.util.concurrent.CompletionException e) {
      assertThat(e).hasCauseInstanceOf(LongtakeException.class);
    }
    worker.leave();
    worker.close();
    client.close();
  }
}
