package dev.longtake.coordinator.dispatch.view;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.story.status.Reason;
import java.time.Duration;
import java.util.Map;

/** Told what dispatch sees. Must not block. */
public interface DispatchMeter {

  /**
   * Where the chunks of all open stories stand.
   *
   * @param waiting how many of them wait for a worker, by why
   */
  void chunks(ChunkCounts counts, Map<Reason, Integer> waiting);

  /** Workers' time since midnight, UTC, by tenant; nothing once another one counts it. */
  void used(Map<String, Duration> today);

  /** It has gone over what has changed, and dealt out. */
  void ran(Duration took);

  /** A story has journaled a lease that was dealt out so long ago. */
  void leased(Duration took);

  /** Whether the farm's dispatch runs at this coordinator. */
  void leads(boolean isHere);
}
