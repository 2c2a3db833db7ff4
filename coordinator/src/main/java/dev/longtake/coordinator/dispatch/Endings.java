package dev.longtake.coordinator.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Stories that have ended, so that what is late cannot open one again; the oldest are forgotten
 * where there are too many. Changed in place: one owner.
 */
final class Endings {

  private static final int MAX = 10_000;

  private final Map<String, Long> versions = new LinkedHashMap<>();

  /** A story has ended. */
  void note(String storyId, long version) {
    versions.merge(storyId, version, Math::max);
    if (versions.size() > MAX) {
      versions.remove(versions.keySet().iterator().next());
    }
  }

  /** A story goes on after all. */
  void forget(String storyId) {
    versions.remove(storyId);
  }

  /** Whether it has ended. */
  boolean has(String storyId) {
    return versions.containsKey(storyId);
  }

  /** The version at which it ended; -1 if it has not. */
  long version(String storyId) {
    return versions.getOrDefault(storyId, -1L);
  }
}
