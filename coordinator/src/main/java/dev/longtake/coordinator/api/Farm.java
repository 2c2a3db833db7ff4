package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.StoryView;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.coordinator.story.actor.StoryRef;
import dev.longtake.coordinator.story.actor.StoryRegistry;
import dev.longtake.coordinator.workers.WorkersActor;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;

/**
 * The actors behind the services, and how to ask them. Asking blocks, so call it on virtual threads
 * only.
 */
public record Farm(
    ActorSystem<?> system,
    ActorRef<StoryRegistry.Command> registry,
    ActorRef<WorkersActor.Command> workers,
    Duration askTimeout) {

  /**
   * Asks an actor.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not answer in time
   */
  <C, R> R ask(ActorRef<C> actor, Function<ActorRef<R>, C> question) {
    try {
      return AskPattern.ask(actor, question, askTimeout, system.scheduler())
          .toCompletableFuture()
          .get(askTimeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.UNAVAILABLE, "the call was given up", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "the coordinator is busy: no answer in " + DurationText.said(askTimeout),
          e);
    }
  }

  /** Asks a story; as {@link #ask(ActorRef, Function)}. */
  <R> R ask(StoryRef story, Function<ActorRef<R>, StoryCommand> question) {
    return ask(story.host(), replyTo -> story.envelope(question.apply(replyTo)));
  }

  /**
   * The way to a story.
   *
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND}
   */
  StoryRef story(String storyId) {
    Optional<StoryRef> found = ask(registry, replyTo -> new StoryRegistry.Find(storyId, replyTo));
    return found.orElseThrow(() -> notFound(storyId));
  }

  /** How a story stands. */
  StoryView view(String storyId) {
    return view(story(storyId)).orElseThrow(() -> notFound(storyId));
  }

  Optional<StoryView> view(StoryRef story) {
    return ask(story, StoryCommand.GetView::new);
  }

  private static LongtakeException notFound(String storyId) {
    String name = storyId.length() > 64 ? storyId.substring(0, 64) + "..." : storyId;
    return new LongtakeException(
        ErrorCode.NOT_FOUND, "story_id: expected a story of this farm, found \"" + name + "\"");
  }
}
