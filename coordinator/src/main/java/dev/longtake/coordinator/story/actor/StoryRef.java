package dev.longtake.coordinator.story.actor;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * The way to one story, whether or not an actor runs for it at the moment: what is told wakes one.
 */
public record StoryRef(String storyId, ActorRef<StoryHost.Command> host) {

  /** Tells the story something. */
  public void tell(StoryCommand command) {
    host.tell(envelope(command));
  }

  /** What to tell the host so that the story hears it. */
  public StoryHost.Command envelope(StoryCommand command) {
    return new StoryHost.Tell(storyId, command);
  }
}
