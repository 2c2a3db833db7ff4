package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import dev.longtake.story.status.StorySummary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which stories there are, and how those ended that have. Pure, but changed in place by {@link
 * #apply}: one owner.
 */
public final class StoryCatalog {

  private final NavigableMap<Long, StoryRegistered> bySequence = new TreeMap<>();
  private final Map<String, StoryRegistered> byRequestId = new HashMap<>();
  private final Map<String, StoryRegistered> byId = new HashMap<>();
  private final Map<String, StorySummary> closed = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  /** A page of ids, newest first; the token is empty on the last one. */
  public record Page(List<String> storyIds, String nextPageToken) {}

  /** Takes an event in, and returns itself. */
  public StoryCatalog apply(CatalogEvent event) {
    switch (event) {
      case StoryRegistered registered -> {
        bySequence.put(registered.sequence(), registered);
        byRequestId.put(registered.requestId(), registered);
        byId.put(registered.storyId(), registered);
        open.add(registered.storyId());
      }
      case StoryClosed(StorySummary summary) -> {
        open.remove(summary.storyId());
        closed.put(summary.storyId(), summary);
      }
    }
    return this;
  }

  /** The number of the next story, from 1. */
  public long nextSequence() {
    return bySequence.isEmpty() ? 1 : bySequence.lastKey() + 1;
  }

  /** The story that was submitted with this request id. */
  public Optional<StoryRegistered> byRequest(String requestId) {
    return Optional.ofNullable(byRequestId.get(requestId));
  }

  /** Whether there is such a story. */
  public boolean contains(String storyId) {
    return byId.containsKey(storyId);
  }

  /** How a story ended; empty for one that goes on. */
  public Optional<StorySummary> ended(String storyId) {
    return Optional.ofNullable(closed.get(storyId));
  }

  /** Whether there is such a story and it goes on. */
  public boolean isOpen(String storyId) {
    return open.contains(storyId);
  }

  /** Ids of the stories that have not ended. */
  public Set<String> open() {
    return Set.copyOf(open);
  }

  /** Stories that have not ended. */
  public int openCount() {
    return open.size();
  }

  /**
   * Stories before the one that {@code beforeSequence} names.
   *
   * @param beforeSequence exclusive; {@link Long#MAX_VALUE} for the first page
   */
  public Page page(int pageSize, long beforeSequence) {
    var older = bySequence.headMap(beforeSequence, false).descendingMap();
    List<StoryRegistered> page = older.values().stream().limit(pageSize).toList();
    boolean isLast = older.size() <= pageSize;
    return new Page(
        page.stream().map(StoryRegistered::storyId).toList(),
        isLast ? "" : Long.toString(page.getLast().sequence()));
  }
}
