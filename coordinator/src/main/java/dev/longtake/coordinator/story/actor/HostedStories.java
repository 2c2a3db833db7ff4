package dev.longtake.coordinator.story.actor;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;

/** The stories of a single coordinator: all with one host in this process. */
public record HostedStories(ActorRef<StoryHost.Command> host, Scheduler scheduler)
    implements Stories {

  @Override
  public void tell(String storyId, StoryCommand command) {
    host.tell(new StoryHost.Tell(storyId, command));
  }

  @Override
  public void tellOpen(String storyId, StoryCommand.WhileRendering command) {
    host.tell(new StoryHost.TellOpen(storyId, command));
  }

  @Override
  public <R> CompletionStage<R> ask(
      String storyId, Function<ActorRef<R>, StoryCommand> question, Duration timeout) {
    return AskPattern.ask(
        host, replyTo -> new StoryHost.Tell(storyId, question.apply(replyTo)), timeout, scheduler);
  }
}
