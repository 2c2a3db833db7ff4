package dev.longtake.loadtest.client;

import dev.longtake.story.Story;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What clients were told of their stories. Safe for any number of threads. */
public final class StoryBook {

  /**
   * A story that was accepted.
   *
   * @param status the last one that its client saw
   */
  public record Entry(String requestId, String storyId, Story story, StoryStatus status) {

    /** Whether nothing more will happen to it. */
    public boolean isEnded() {
      return status.state().isEnded();
    }
  }

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> failedCalls = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> otherStories = new ConcurrentLinkedQueue<>();

  /** A story was accepted. */
  public void accepted(Entry entry) {
    entries.put(entry.storyId(), entry);
  }

  void told(StoryStatus status) {
    entries.computeIfPresent(
        status.storyId(), (id, entry) -> new Entry(entry.requestId(), id, entry.story(), status));
  }

  /** A submission that was answered with a failure. */
  void refused(String what) {
    refused.add(what);
  }

  /** A call that failed and ought not to have. */
  void failedCall(String what) {
    failedCalls.add(what);
  }

  /** A repeated submission that was answered with another story. */
  void otherStory(String what) {
    otherStories.add(what);
  }

  /** Every accepted story. */
  public List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** An accepted story. */
  public Optional<Entry> entry(String storyId) {
    return Optional.ofNullable(entries.get(storyId));
  }

  /** Accepted stories that ended so. */
  public int count(StoryState state) {
    return (int) entries.values().stream().filter(it -> it.status().state() == state).count();
  }

  /** Accepted stories that have not ended. */
  public int openCount() {
    return (int) entries.values().stream().filter(entry -> !entry.isEnded()).count();
  }

  /** Submissions that were answered with a failure, a sentence each. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** Calls that failed and ought not to have, a sentence each. */
  public List<String> failedCalls() {
    return List.copyOf(failedCalls);
  }

  /** Repeated submissions that were answered with another story, a sentence each. */
  public List<String> otherStories() {
    return List.copyOf(otherStories);
  }
}
