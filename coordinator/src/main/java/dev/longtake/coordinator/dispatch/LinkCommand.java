package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import java.util.List;
import java.util.function.Consumer;

/** What a coordinator's end of dispatch can be told. */
public sealed interface LinkCommand {

  /**
   * A worker is there, is there again, or has changed.
   *
   * @param orders told at once, and after each change, what the worker should hold; must not block
   */
  record WorkerPresent(Seat seat, Consumer<List<Order>> orders) implements LinkCommand {}

  /**
   * A worker is lost, superseded or gone.
   *
   * @param died as in {@link NodeNews.WorkerLost}
   */
  record WorkerAbsent(WorkerKey worker, boolean died) implements LinkCommand {}

  /** A story whose actor runs here has changed. */
  record StoryChanged(StoryDemand demand) implements LinkCommand {}

  /** A story whose actor ran here has ended. */
  record StoryEnded(String storyId, long version) implements LinkCommand {}

  /** The actor of a story has stopped: whoever speaks for it next is another one. */
  record StoryLeft(String storyId) implements LinkCommand {}

  /** Dispatch has missed something, or is new: tell it everything. */
  record Restate() implements LinkCommand {}

  /**
   * What a worker should hold now.
   *
   * @param number of this message, by which dispatch hears that it has come
   */
  record Orders(WorkerKey worker, List<Order> orders, long number) implements LinkCommand {}

  /** Tell dispatch that this coordinator is there. */
  record Tick() implements LinkCommand {}
}
