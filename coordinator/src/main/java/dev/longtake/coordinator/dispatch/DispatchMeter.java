package dev.longtake.coordinator.dispatch;

/** Told what dispatch sees. Must not block. */
public interface DispatchMeter {

  /** Where the chunks of all open stories stand. */
  void chunks(ChunkCounts counts);

  /** Whether the farm's dispatch runs at this coordinator. */
  void leads(boolean isHere);
}
