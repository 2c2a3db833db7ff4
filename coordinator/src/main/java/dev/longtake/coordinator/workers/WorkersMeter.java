package dev.longtake.coordinator.workers;

/** Told what the workers' side sees. Must not block. */
public interface WorkersMeter {

  /** So many workers are connected here. */
  void there(int workers);

  /** So many workers of the farm are quarantined. */
  void quarantined(int workers);
}
