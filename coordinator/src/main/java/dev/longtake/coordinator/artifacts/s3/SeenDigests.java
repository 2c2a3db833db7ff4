package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Artifacts that were there a moment ago. Workers repeat what they have done every few seconds, and
 * each repetition would be a question over the network. Safe for any number of threads.
 */
final class SeenDigests {

  private static final int COUNT_MAX = 100_000;
  private static final Duration MOMENT = Duration.ofMinutes(1);

  private final Map<Digest, Instant> seen = new LinkedHashMap<>();

  synchronized void add(Digest digest, Instant now) {
    seen.remove(digest);
    seen.put(digest, now); // The order is that of time.
    if (seen.size() > COUNT_MAX) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  synchronized boolean contains(Digest digest, Instant now) {
    Instant when = seen.get(digest);
    return when != null && now.isBefore(when.plus(MOMENT));
  }
}
