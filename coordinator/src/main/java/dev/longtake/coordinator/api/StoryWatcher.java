package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.story.status.StoryStatus;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Passes a story's changes on to a stream, by an actor of its own that ends with either. */
final class StoryWatcher {

  private static final AtomicLong nextName = new AtomicLong();

  /** Told to the actor when the stream has ended. */
  private enum Stop {
    STOP
  }

  private final Farm farm;
  private @Nullable ActorRef<Object> actor;
  private boolean isStopped;

  StoryWatcher(Farm farm) {
    this.farm = farm;
  }

  /** Starts to pass on how the story stands, now and after each change, until it has ended. */
  synchronized void follow(String storyId, Consumer<StoryStatus> onStatus) {
    if (isStopped) {
      return;
    }
    ActorRef<Object> started =
        farm.system()
            .systemActorOf(
                Behaviors.receiveMessage(
                    message -> {
                      if (message instanceof StoryStatus status) {
                        onStatus.accept(status);
                        return status.state().isEnded() ? Behaviors.stopped() : Behaviors.same();
                      }
                      return Behaviors.stopped();
                    }),
                "story-watcher-" + nextName.incrementAndGet(),
                Props.empty());
    actor = started;
    farm.stories().tell(storyId, new StoryCommand.Watch(started.narrow()));
  }

  synchronized void stop() {
    isStopped = true;
    if (actor != null) {
      actor.tell(Stop.STOP);
    }
  }
}
