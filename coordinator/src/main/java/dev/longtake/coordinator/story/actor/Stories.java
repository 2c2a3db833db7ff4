package dev.longtake.coordinator.story.actor;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.function.Function;

/**
 * The way to every story, wherever its actor runs and whether or not one does at the moment. Safe
 * for any number of threads.
 */
public interface Stories {

  /** Tells a story something; if no actor runs for it, one is woken. */
  void tell(String storyId, StoryCommand command);

  /**
   * Tells a story what counts only while it goes on. No actor has to be woken for it: one runs for
   * each story that goes on.
   */
  void tellOpen(String storyId, StoryCommand.WhileRendering command);

  /**
   * Asks a story.
   *
   * @return completed with a {@code TimeoutException} if it does not answer in time
   */
  <R> CompletionStage<R> ask(
      String storyId, Function<ActorRef<R>, StoryCommand> question, Duration timeout);
}
