package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.CatalogEvent.StoryClosed;
import dev.longtake.coordinator.story.CatalogEvent.StoryRegistered;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which stories there are. Pure, but changed in place by {@link #apply}: one owner. */
final class StoryCatalog {

  private final NavigableMap<Long, StoryRegistered> bySequence = new TreeMap<>();
  private final Map<String, StoryRegistered> byRequestId = new HashMap<>();
  private final Map<String, StoryRegistered> byId = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  /** A page of ids, newest first. */
  record Page(List<String> storyIds, String nextPageToken) {}

  StoryCatalog apply(CatalogEvent event) {
    switch (event) {
      case StoryRegistered registered -> {
        bySequence.put(registered.sequence(), registered);
        byRequestId.put(registered.requestId(), registered);
        byId.put(registered.storyId(), registered);
        open.add(registered.storyId());
      }
      case StoryClosed(String storyId) -> open.remove(storyId);
    }
    return this;
  }

  long nextSequence() {
    return bySequence.isEmpty() ? 1 : bySequence.lastKey() + 1;
  }

  Optional<StoryRegistered> byRequest(String requestId) {
    return Optional.ofNullable(byRequestId.get(requestId));
  }

  boolean contains(String storyId) {
    return byId.containsKey(storyId);
  }

  boolean isOpen(String storyId) {
    return open.contains(storyId);
  }

  /** Ids of the stories that have not ended. */
  Set<String> open() {
    return Set.copyOf(open);
  }

  int openCount() {
    return open.size();
  }

  /**
   * Stories before the one that {@code beforeSequence} names.
   *
   * @param beforeSequence exclusive; {@link Long#MAX_VALUE} for the first page
   */
  Page page(int pageSize, long beforeSequence) {
    var older = bySequence.headMap(beforeSequence, false).descendingMap();
    List<StoryRegistered> page = older.values().stream().limit(pageSize).toList();
    boolean isLast = older.size() <= pageSize;
    return new Page(
        page.stream().map(StoryRegistered::storyId).toList(),
        isLast ? "" : Long.toString(page.getLast().sequence()));
  }
}
