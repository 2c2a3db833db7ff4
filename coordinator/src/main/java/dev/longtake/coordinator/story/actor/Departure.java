package dev.longtake.coordinator.story.actor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * When a story's actor goes: after its story's end, or when nobody has asked it anything for a
 * while, and in either case not before the latent store is rid of the story. Used by the actor
 * alone.
 */
final class Departure {

  /** How long the actor of an ended story waits for a further question. */
  static final Duration IDLE_TIME = Duration.ofSeconds(10);

  /** How long an actor that has lost its story stays in the way of another one here. */
  static final Duration LOST_TIME = Duration.ofSeconds(10);

  private final ActorContext<StoryCommand> context;
  private final StoryRef ref;
  private final Runnable passivate;
  private final List<StoryCommand> postponed = new ArrayList<>();

  /** Whether there is nothing left to do but to see the latent store rid of the story. */
  private boolean isToLeave;

  /** Whether the host was asked to stop this actor: what it is told now is for the next one. */
  private boolean isLeaving;

  /**
   * Of one actor.
   *
   * @param passivate asks the host to stop it
   */
  Departure(ActorContext<StoryCommand> context, StoryRef ref, Runnable passivate) {
    this.context = context;
    this.ref = ref;
    this.passivate = passivate;
  }

  /** The actor has nothing to do but to answer, and goes when nobody has asked for a while. */
  void awaitQuestions() {
    context.setReceiveTimeout(IDLE_TIME, new StorySignal.Idle());
  }

  /** The actor has something to do. */
  void stay() {
    isToLeave = false;
    context.cancelReceiveTimeout();
  }

  /** The actor goes as soon as the latent store drops nothing of the story any more. */
  void leave(boolean isClearing) {
    isToLeave = true;
    leaveIf(!isClearing);
  }

  private void leaveIf(boolean isCleared) {
    if (isToLeave && isCleared) {
      passivate();
    }
  }

  /** Asks for the end of the actor. */
  void passivate() {
    isLeaving = true;
    passivate.run();
  }

  /** The story is another coordinator's; the actor goes, but not at once. */
  void leaveLater() {
    context.scheduleOnce(LOST_TIME, context.getSelf(), new StorySignal.Idle());
  }

  /**
   * Keeps a command that asks for a new beginning away from an actor that goes, and from a store
   * that is not rid of the old one: it comes again when its time has come.
   *
   * @return whether it will
   */
  boolean postpones(StoryCommand command, boolean isClearing) {
    if (isLeaving) {
      ref.tell(command); // Whoever runs the actor has heard first that it goes.
    } else if (isClearing) {
      postponed.add(command);
    }
    return isLeaving || isClearing;
  }

  /** The latent store drops nothing of the story now. */
  void cleared() {
    ActorRef<StoryCommand> self = context.getSelf();
    postponed.forEach(self::tell);
    isToLeave &= postponed.isEmpty();
    postponed.clear();
    leaveIf(true);
  }
}
