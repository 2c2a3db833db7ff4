package dev.longtake.coordinator.workers;

import dev.longtake.lease.WorkerMark;
import java.util.List;
import java.util.Optional;

/**
 * Keeps what is held against workers, for all coordinators of the farm and over restarts. Calls
 * wait for the database, and throw {@link dev.longtake.error.LongtakeException} if it refuses.
 */
public interface MarkStore {

  /** All marks, by worker. */
  List<WorkerMark> all();

  /** Holds this against a worker, in place of what was. */
  void put(WorkerMark mark);

  /**
   * Holds nothing against a worker any more.
   *
   * @return what was
   */
  Optional<WorkerMark> remove(String workerId);
}
