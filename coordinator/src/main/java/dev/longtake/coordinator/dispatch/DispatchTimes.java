package dev.longtake.coordinator.dispatch;

import java.time.Duration;

/**
 * How long dispatch waits for whom.
 *
 * @param workerGrace how long a lease waits for a holder that is not there
 * @param classGrace how long a story waits for an engine class of which no worker is there
 * @param answer how long to wait for a story's answer before going on without it
 * @param check how often it is seen to that no coordinator and no story is forgotten
 * @param settle how long a new dispatch waits for those that it has not heard of
 */
public record DispatchTimes(
    Duration workerGrace, Duration classGrace, Duration answer, Duration check, Duration settle) {

  /** How many checks such a time takes; one at least. */
  int checks(Duration time) {
    return (int) Math.max(1, time.dividedBy(check));
  }
}
