package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.ledger.Ledger;
import dev.longtake.coordinator.dispatch.view.FleetView;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What dispatch can be told. */
public sealed interface DispatchCommand {

  /**
   * A coordinator is there.
   *
   * @param number so much it has told
   * @param ordersHeard the mark of the orders that it was told last for each of its workers
   */
  record NodeHere(String node, long number, long ordersHeard, ActorRef<LinkCommand> link)
      implements DispatchCommand {}

  /** A coordinator begins to tell everything, from the next number on. */
  record NodeBegins(String node, long number, ActorRef<LinkCommand> link)
      implements DispatchCommand {}

  /** Something has changed at a coordinator. */
  record NodeTells(String node, long number, NodeNews news) implements DispatchCommand {}

  /** Asks what dispatch knows. */
  record Look(ActorRef<FleetView> replyTo) implements DispatchCommand {}

  /** Look what is to be done now. */
  record Run() implements DispatchCommand {}

  /** See to it that nobody is forgotten. */
  record Check() implements DispatchCommand {}

  /** The catalog has answered, or has not. */
  record OpenStories(Optional<List<String>> storyIds) implements DispatchCommand {}

  /**
   * A story has answered, or has not.
   *
   * @param asked what {@link Fleet#ask} gave
   * @param version of the story after it; 0 if that is not known
   * @param took since it was asked
   */
  record LeaseAnswered(long asked, String storyId, boolean isLeased, long version, Duration took)
      implements DispatchCommand {}

  /** Asks what would be done now with what waits of a story. */
  record Explain(String storyId, ActorRef<Outlook> replyTo) implements DispatchCommand {}

  /** Whoever keeps what was used has answered. */
  record LedgerAnswered(Ledger.Answer answer) implements DispatchCommand {}

  /** A worker that holds something has not come back. */
  record HolderMissing(WorkerKey worker) implements DispatchCommand {}
}
