package dev.longtake.coordinator.story.actor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Runs an actor for each story that is told something, and passes on what is told. An actor that is
 * of no use any more asks to be stopped; what comes meanwhile waits for the next one, so that
 * nothing is told to nobody. It is the same bargain as that of cluster sharding with its entities.
 */
public final class StoryHost {

  /** What this actor can be told. */
  public sealed interface Command {}

  /** Tells a story something. */
  public record Tell(String storyId, StoryCommand command) implements Command {}

  /** Tells a story something if there is an actor for it. */
  record TellOpen(String storyId, StoryCommand command) implements Command {}

  /** A story has ended, and its actor is of no use any more. */
  record Passivate(String storyId) implements Command {}

  private record Stopped(String storyId) implements Command {}

  /** An actor and, once it is asked to stop, what waits for the next one. */
  private record Guest(ActorRef<StoryCommand> actor, boolean isStopping, List<StoryCommand> held) {}

  private final ActorContext<Command> context;
  private final StorySurroundings surroundings;
  private final Map<String, Guest> guests = new HashMap<>();

  /** The host. */
  public static Behavior<Command> create(StorySurroundings surroundings) {
    return Behaviors.setup(context -> new StoryHost(context, surroundings).behavior());
  }

  private StoryHost(ActorContext<Command> context, StorySurroundings surroundings) {
    this.context = context;
    this.surroundings = surroundings;
  }

  private Behavior<Command> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          switch (command) {
            case Tell(String storyId, StoryCommand told) -> tell(storyId, told);
            case TellOpen(String storyId, StoryCommand told) -> {
              if (guests.containsKey(storyId)) {
                tell(storyId, told);
              }
            }
            case Passivate(String storyId) -> passivate(storyId);
            case Stopped(String storyId) -> onStopped(storyId);
          }
          return Behaviors.same();
        });
  }

  private void tell(String storyId, StoryCommand command) {
    Guest guest = guest(storyId);
    if (guest.isStopping()) {
      guest.held().add(command);
    } else {
      guest.actor().tell(command);
    }
  }

  private Guest guest(String storyId) {
    return guests.computeIfAbsent(storyId, id -> new Guest(spawn(id), false, List.of()));
  }

  private ActorRef<StoryCommand> spawn(String storyId) {
    var ref =
        new StoryRef(
            storyId, new HostedStories(context.getSelf(), context.getSystem().scheduler()));
    ActorRef<StoryCommand> actor =
        context.spawn(
            StoryActor.create(
                ref, surroundings, self -> context.getSelf().tell(new Passivate(storyId))),
            storyId);
    context.watchWith(actor, new Stopped(storyId));
    return actor;
  }

  private void passivate(String storyId) {
    guests.computeIfPresent(
        storyId,
        (id, guest) -> {
          if (guest.isStopping()) {
            return guest;
          }
          guest.actor().tell(new StorySignal.Stop());
          return new Guest(guest.actor(), true, new ArrayList<>());
        });
  }

  private void onStopped(String storyId) {
    Guest gone = guests.remove(storyId);
    if (gone != null) {
      gone.held().forEach(command -> tell(storyId, command));
    }
  }
}
