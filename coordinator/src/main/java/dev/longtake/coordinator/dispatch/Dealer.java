package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Tells stories what is dealt out to them, and hears what they answer. One owner. */
final class Dealer {

  private final ActorContext<DispatchCommand> context;
  private final Stories stories;
  private final Fleet fleet;
  private final Duration answer;

  /** What stories were told since the last check; they take a while to plan. */
  private final Map<String, Assignment.Pin> pinsTold = new HashMap<>();

  /**
   * Deals for this actor.
   *
   * @param answer how long a story is waited for
   */
  Dealer(ActorContext<DispatchCommand> context, Stories stories, Fleet fleet, Duration answer) {
    this.context = context;
    this.stories = stories;
    this.fleet = fleet;
    this.answer = answer;
  }

  /**
   * Pins may be told again: a story that was moved meanwhile did not hear it.
   *
   * @return whether there were any
   */
  boolean forgetPins() {
    boolean wereAny = !pinsTold.isEmpty();
    pinsTold.clear();
    return wereAny;
  }

  /** Has a story do it. */
  void deal(Assignment assignment) {
    switch (assignment) {
      case Assignment.Pin pin -> {
        if (!pin.equals(pinsTold.put(pin.storyId(), pin))) {
          stories.tell(pin.storyId(), new StoryCommand.Plan(pin.model(), pin.engineClass()));
        }
      }
      case Assignment.Lease lease -> lease(lease);
    }
  }

  private void lease(Assignment.Lease lease) {
    long asked = fleet.ask(lease);
    long begun = System.nanoTime();
    context.pipeToSelf(
        stories.<StoryCommand.Leased>ask(
            lease.storyId(),
            replyTo ->
                new StoryCommand.Lease(lease.shotIndex(), lease.kind(), lease.grants(), replyTo),
            answer),
        (leased, failure) ->
            new DispatchCommand.LeaseAnswered(
                asked,
                lease.storyId(),
                failure == null && leased.isDone(),
                failure == null ? leased.version() : 0,
                Duration.ofNanos(System.nanoTime() - begun)));
  }
}
