package dev.longtake.coordinator.story.actor;

import dev.longtake.backoff.Backoff;
import dev.longtake.coordinator.story.StoryProgress;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.BackoffSupervisorStrategy;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.SnapshotAdapter;

/** How a story's actor and its journal get on: restarts when it fails, and what a snapshot is. */
final class StoryJournal {

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private StoryJournal() {}

  /** Restarts with pauses that double; Pekko draws its own chance and adds it. */
  static BackoffSupervisorStrategy restarting() {
    return SupervisorStrategy.restartWithBackoff(
        BACKOFF.first(), BACKOFF.longest(), Backoff.JITTER);
  }

  /** A snapshot is the story itself, which is there once there is an event. */
  static final class Snapshots implements SnapshotAdapter<Optional<StoryProgress>> {

    @Override
    public Object toJournal(Optional<StoryProgress> state) {
      return state.orElseThrow();
    }

    @Override
    public Optional<StoryProgress> fromJournal(Object from) {
      return Optional.of((StoryProgress) from);
    }
  }
}
