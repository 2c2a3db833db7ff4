package dev.longtake.coordinator.story.actor;

import dev.longtake.backoff.Backoff;
import java.time.Duration;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.SupervisorStrategy;

/** How actors whose journal failed come back. */
final class Supervision {

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private Supervision() {}

  /** Restarts with pauses that double; Pekko draws its own chance and adds it. */
  static BackoffSupervisorStrategy restarting() {
    return SupervisorStrategy.restartWithBackoff(
        BACKOFF.first(), BACKOFF.longest(), Backoff.JITTER);
  }
}
