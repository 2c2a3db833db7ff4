package dev.longtake.client;

import java.time.Duration;

/**
 * How long one call of a worker may take, by what it carries.
 *
 * @param slab kilobytes to a few megabytes
 * @param checkpoint some hundred times as much
 * @param artifact up to some gigabytes
 */
public record Deadlines(Duration slab, Duration checkpoint, Duration artifact) {

  /** Those of a worker that is not told others. */
  public static final Deadlines USUAL =
      new Deadlines(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofMinutes(10));
}
