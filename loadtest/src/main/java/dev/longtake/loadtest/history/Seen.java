package dev.longtake.loadtest.history;

/**
 * What was seen of a run while it went on.
 *
 * @param course empty where nobody looked at what the coordinator takes
 */
public record Seen(Latencies latencies, Timeline timeline, Course course) {}
