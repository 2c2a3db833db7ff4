package dev.longtake.coordinator.story.actor;

import dev.longtake.story.status.StoryStatus;
import org.apache.pekko.actor.typed.ActorRef;

/** What a story's actor and its host tell it about itself, in any state. */
sealed interface StorySignal extends StoryCommand {

  /** The journal is read: go on. */
  record Resume() implements StorySignal {}

  /** Watchers may hear of steps again. */
  record ShowSteps() implements StorySignal {}

  /** Time has passed: look for what stands still. */
  record Look() implements StorySignal {}

  /** Time has passed since the store could not be rid of a shot. */
  record ClearAgain(int shotIndex) implements StorySignal {}

  /** A watcher has stopped. */
  record WatcherGone(ActorRef<StoryStatus> watcher) implements StorySignal {}

  /** The catalog says how the story ended. */
  record EndWritten() implements StorySignal {}

  /** Nobody has asked for a while. */
  record Idle() implements StorySignal {}

  /** The host holds back what comes from now on: stop. */
  record Stop() implements StorySignal {}
}
