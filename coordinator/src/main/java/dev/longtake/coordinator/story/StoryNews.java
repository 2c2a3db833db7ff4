package dev.longtake.coordinator.story;

import org.apache.pekko.actor.typed.ActorRef;

/** A story has changed, or was recovered from the journal. */
public record StoryNews(ActorRef<StoryActor.Command> actor, StoryProgress progress) {}
