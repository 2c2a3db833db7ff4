package dev.longtake.loadtest.history;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is timed.
 *
 * @param submit from when a story was due to be submitted until it was accepted
 * @param idleToLease from when a worker had nothing more and chunks waited until it got a chunk
 * @param putArtifact from the first to the last byte of an upload, forced to the disk
 * @param reconnect from when a connection broke until the worker was told its orders again
 * @param story from when it was due to be submitted until it has succeeded
 */
public record Latencies(
    Latency submit, Latency idleToLease, Latency putArtifact, Latency reconnect, Latency story) {

  /** Nothing timed yet. */
  public static Latencies none() {
    return new Latencies(new Latency(), new Latency(), new Latency(), new Latency(), new Latency());
  }

  /** Forgets those of a warm-up; nobody may add one meanwhile. */
  public void reset() {
    all().values().forEach(Latency::reset);
  }

  /** All of them, by name. */
  public Map<String, Latency> all() {
    Map<String, Latency> all = new LinkedHashMap<>();
    all.put("submit", submit);
    all.put("idleToLease", idleToLease);
    all.put("putArtifact", putArtifact);
    all.put("reconnect", reconnect);
    all.put("story", story);
    return all;
  }
}
