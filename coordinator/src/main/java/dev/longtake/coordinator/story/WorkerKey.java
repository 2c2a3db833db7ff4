package dev.longtake.coordinator.story;

import static dev.longtake.error.Require.require;

import java.util.Comparator;

/**
 * Names one process of a worker; a worker is never known by its address.
 *
 * @param workerId stays the same over restarts of the process
 * @param bootId new for each start of the process
 */
public record WorkerKey(String workerId, String bootId) implements Comparable<WorkerKey> {

  private static final Comparator<WorkerKey> ORDER =
      Comparator.comparing(WorkerKey::workerId).thenComparing(WorkerKey::bootId);

  public WorkerKey {
    require(!workerId.isEmpty(), "workerId is empty");
    require(!bootId.isEmpty(), "bootId is empty");
  }

  @Override
  public int compareTo(WorkerKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return workerId + "/" + bootId;
  }
}
