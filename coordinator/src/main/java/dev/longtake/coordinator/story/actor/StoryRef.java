package dev.longtake.coordinator.story.actor;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.function.Function;

/** The way to one story, see {@link Stories}. */
record StoryRef(String storyId, Stories stories) {

  /** Tells the story something. */
  void tell(StoryCommand command) {
    stories.tell(storyId, command);
  }

  /** Asks the story; as {@link Stories#ask}. */
  <R> CompletionStage<R> ask(Function<ActorRef<R>, StoryCommand> question, Duration timeout) {
    return stories.ask(storyId, question, timeout);
  }
}
