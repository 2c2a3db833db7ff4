package dev.longtake.loadtest.client;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.history.Backlog;
import dev.longtake.loadtest.history.Latencies;
import dev.longtake.loadtest.scenario.StorySource;
import dev.longtake.story.Story;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People: each submits a story when it is due, whatever became of the others, watches it until it
 * has ended, and some fetch the film and ask again for what they have. A thread for each, over a
 * few shared connections.
 */
public final class StoryClients implements AutoCloseable {

  private static final int CONNECTIONS = 4;

  /** Every so manieth fetches its film, and submits its story again under the same request id. */
  private static final int THOROUGH = 20;

  private final List<FarmClient> connections = new ArrayList<>();
  private final StoryBook book;
  private final Backlog backlog;
  private final Latencies latencies;
  private final Path films;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicInteger fetched = new AtomicInteger();

  /**
   * People at a coordinator.
   *
   * @param films exists; where films are fetched to, and removed again
   */
  public StoryClients(int port, StoryBook book, Backlog backlog, Latencies latencies, Path films) {
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(FarmClient.connect("127.0.0.1", port));
    }
    this.book = book;
    this.backlog = backlog;
    this.latencies = latencies;
    this.films = films;
  }

  /** A connection, the same for the same number. */
  public FarmClient connection(int number) {
    return connections.get(number % CONNECTIONS);
  }

  /**
   * What somebody is to submit.
   *
   * @param number the how-manieth of the run
   * @param client who
   */
  public record Submission(int number, String client, String requestId, Story story) {}

  /** Has somebody submit the story now, who goes on by himself. */
  public void play(Submission submission) {
    long due = System.nanoTime();
    pending.incrementAndGet();
    threads.execute(
        () -> {
          try {
            submit(submission, due);
          } finally {
            pending.decrementAndGet();
          }
        });
  }

  /** People who have not come to the end of their stories. */
  public int pending() {
    return pending.get();
  }

  /** Films that were fetched and had the digest that was promised. */
  public int fetched() {
    return fetched.get();
  }

  private void submit(Submission submission, long due) {
    int number = submission.number();
    String requestId = submission.requestId();
    Story story = submission.story();
    FarmClient client = connection(number);
    StoryStatus accepted;
    try {
      accepted = submitUntilAnswered(client, requestId, story);
    } catch (LongtakeException e) {
      book.refused("%s: %s: %s".formatted(requestId, e.code(), e.getMessage()));
      return;
    }
    latencies.submit().add(System.nanoTime() - due);
    book.accepted(new StoryBook.Entry(requestId, accepted.storyId(), story, accepted));
    backlog.add(StorySource.plan(story).chunkCount(), System.nanoTime());
    try {
      if (number % THOROUGH == 0) {
        submitAgain(client, requestId, story, accepted.storyId());
      }
      StoryStatus last = client.watch(accepted.storyId(), book::told);
      if (last.state() == StoryState.SUCCEEDED) {
        latencies.story().add(System.nanoTime() - due);
        latencies.storyOf(submission.client()).add(System.nanoTime() - due);
        fetch(client, number, last);
      }
    } catch (LongtakeException e) {
      book.failedCall("%s: %s: %s".formatted(requestId, e.code(), e.getMessage()));
    }
  }

  /**
   * Asks again where no answer came: the story may be there or not, and the request id makes it the
   * same one. All of it counts as one submission, from when it was due.
   */
  private StoryStatus submitUntilAnswered(FarmClient client, String requestId, Story story) {
    while (true) {
      try {
        return client.submit(requestId, story, Map.of());
      } catch (LongtakeException e) {
        boolean isUnknown =
            e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.DEADLINE_EXCEEDED;
        if (!isUnknown || threads.isShutdown()) {
          throw e;
        }
        unanswered.incrementAndGet();
      }
    }
  }

  /** Submissions to which no answer came, and which were asked again. */
  public int unanswered() {
    return unanswered.get();
  }

  private void submitAgain(FarmClient client, String requestId, Story story, String storyId) {
    String again = client.submit(requestId, story, Map.of()).storyId();
    if (!again.equals(storyId)) {
      book.otherStory(
          "request %s: expected story %s again, found %s".formatted(requestId, storyId, again));
    }
  }

  /** Submits a story that was accepted before once more, under the same request id. */
  public void submitAgain(StoryBook.Entry entry) {
    try {
      submitAgain(connection(0), entry.requestId(), entry.story(), entry.storyId());
    } catch (LongtakeException e) {
      book.failedCall("%s again: %s".formatted(entry.requestId(), e.getMessage()));
    }
  }

  private void fetch(FarmClient client, int number, StoryStatus story) {
    if (number % THOROUGH != 0) {
      return;
    }
    for (FilmFile file : story.film().files()) {
      if (file.name().equals("film.mp4")) {
        try {
          Path folder = Files.createTempDirectory(films, "film-");
          Files.delete(client.download(story.storyId(), file, folder, bytes -> {}));
          Files.delete(folder);
          fetched.incrementAndGet();
        } catch (IOException e) {
          book.failedCall("film of story %s: %s".formatted(story.storyId(), e));
        }
      }
    }
  }

  /** Cancels what has not ended, each story once; those who watch see it. */
  public void cancelOpen() {
    try (ExecutorService callers = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (StoryBook.Entry entry : book.entries()) {
        if (!entry.isEnded() && cancelled.add(entry.storyId())) {
          callers.execute(() -> cancel(entry.storyId()));
        }
      }
    }
  }

  private void cancel(String storyId) {
    try {
      connection(storyId.hashCode() & 1).cancel(storyId);
    } catch (LongtakeException e) {
      if (!hasEnded(storyId)) {
        book.failedCall("cancel %s: %s".formatted(storyId, e.getMessage()));
        cancelled.remove(storyId); // To be tried again.
      }
    }
  }

  /** One that ended in the meantime cannot be cancelled, and what it ended with is asked for. */
  private boolean hasEnded(String storyId) {
    try {
      return connection(0).get(storyId).state().isEnded();
    } catch (LongtakeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    connections.forEach(FarmClient::close);
    try {
      threads.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
