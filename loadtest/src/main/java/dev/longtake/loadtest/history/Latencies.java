package dev.longtake.loadtest.history;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What is timed.
 *
 * @param submit from when a story was due to be submitted until it was accepted
 * @param idleToLease from when a worker had nothing more and chunks waited until it got a chunk
 * @param putArtifact from the first to the last byte of an upload, forced to the disk
 * @param reconnect from when a connection broke until the worker was told its orders again
 * @param story from when it was due to be submitted until it has succeeded
 * @param storyByClient the same by client; any thread adds to it
 */
public record Latencies(
    Latency submit,
    Latency idleToLease,
    Latency putArtifact,
    Latency reconnect,
    Latency story,
    Map<String, Latency> storyByClient) {

  /** Nothing timed yet. */
  public static Latencies none() {
    return new Latencies(
        new Latency(),
        new Latency(),
        new Latency(),
        new Latency(),
        new Latency(),
        new ConcurrentSkipListMap<>());
  }

  /** Forgets those of a warm-up; nobody may add one meanwhile. */
  public void reset() {
    all().values().forEach(Latency::reset);
    storyByClient.clear();
  }

  /** The same as {@code story}, of one client's stories. */
  public Latency storyOf(String client) {
    return storyByClient.computeIfAbsent(client, name -> new Latency());
  }

  /** All of them, by name; those of clients where there are several. */
  public Map<String, Latency> all() {
    Map<String, Latency> all = new LinkedHashMap<>();
    all.put("submit", submit);
    all.put("idleToLease", idleToLease);
    all.put("putArtifact", putArtifact);
    all.put("reconnect", reconnect);
    all.put("story", story);
    if (storyByClient.size() > 1) {
      storyByClient.forEach((client, latency) -> all.put("story of " + client, latency));
    }
    return all;
  }
}
