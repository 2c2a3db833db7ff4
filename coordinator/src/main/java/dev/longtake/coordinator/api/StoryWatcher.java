package dev.longtake.coordinator.api;

import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.story.status.StoryStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/** Passes a story's changes on to a stream, by an actor of its own that ends with either. */
final class StoryWatcher {

  private static final AtomicLong nextName = new AtomicLong();

  private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(3);

  /** Told to the actor when the story has said nothing for a while. */
  private enum Silence {
    SILENCE
  }

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
                Behaviors.setup(context -> new Watching(context, storyId, onStatus).behavior()),
                "story-watcher-" + nextName.incrementAndGet(),
                Props.empty());
    actor = started;
  }

  /**
   * The actor. The story's own may go on at another coordinator, and then knows of no watchers: so
   * it is asked again whenever it has said nothing for a while.
   */
  private final class Watching {

    private final ActorContext<Object> context;
    private final String storyId;
    private final Consumer<StoryStatus> onStatus;
    private Optional<StoryStatus> last = Optional.empty();

    private Watching(ActorContext<Object> context, String storyId, Consumer<StoryStatus> onStatus) {
      this.context = context;
      this.storyId = storyId;
      this.onStatus = onStatus;
    }

    private Behavior<Object> behavior() {
      context.setReceiveTimeout(ASK_AGAIN_AFTER, Silence.SILENCE);
      ask();
      return Behaviors.receiveMessage(
          message -> {
            if (message instanceof StoryStatus status) {
              return onStatus(status);
            }
            if (message == Stop.STOP) {
              return Behaviors.stopped();
            }
            ask();
            return Behaviors.same();
          });
    }

    private void ask() {
      farm.stories().tell(storyId, new StoryCommand.Watch(context.getSelf().narrow()));
    }

    private Behavior<Object> onStatus(StoryStatus told) {
      StoryStatus status = farm.shown(told);
      if (last.filter(status::equals).isEmpty()) {
        last = Optional.of(status);
        onStatus.accept(status);
      }
      return status.state().isEnded() ? Behaviors.stopped() : Behaviors.same();
    }
  }

  synchronized void stop() {
    isStopped = true;
    if (actor != null) {
      actor.tell(Stop.STOP);
    }
  }
}
