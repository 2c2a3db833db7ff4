package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A coordinator's end of dispatch: tells it which workers are connected here and what the stories
 * want whose actors run here, all of it again when it asks; and passes on to workers what they
 * should hold.
 */
public final class DispatchLink {

  /** What this actor can be told. */
  public sealed interface Command {}

  /**
   * A worker is there, is there again, or has changed.
   *
   * @param orders told at once, and after each change, what the worker should hold; must not block
   */
  public record WorkerPresent(Seat seat, Consumer<List<Order>> orders) implements Command {}

  /** A worker is lost, superseded or gone. */
  public record WorkerAbsent(WorkerKey worker) implements Command {}

  /** A story whose actor runs here has changed. */
  public record StoryChanged(StoryDemand demand) implements Command {}

  /** A story whose actor ran here has ended. */
  public record StoryEnded(String storyId, long version) implements Command {}

  /** The actor of a story has stopped: whoever speaks for it next is another one. */
  public record StoryLeft(String storyId) implements Command {}

  /** Dispatch has missed something, or is new: tell it everything. */
  record Restate() implements Command {}

  /** What a worker should hold now. */
  record Orders(WorkerKey worker, List<Order> orders) implements Command {}

  private record Tick() implements Command {}

  private record Worker(Seat seat, Consumer<List<Order>> orders) {}

  private final ActorContext<Command> context;
  private final String node;
  private final ActorRef<DispatchActor.Command> dispatch;
  private final Map<WorkerKey, Worker> workers = new HashMap<>();
  private final Map<String, StoryDemand> stories = new TreeMap<>();
  private long number;

  /**
   * The link.
   *
   * @param node names this coordinator's process
   * @param interval how often dispatch hears that this coordinator is there
   */
  public static Behavior<Command> create(
      String node, ActorRef<DispatchActor.Command> dispatch, Duration interval) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, interval);
                  return new DispatchLink(context, node, dispatch).behavior();
                }));
  }

  private DispatchLink(
      ActorContext<Command> context, String node, ActorRef<DispatchActor.Command> dispatch) {
    this.context = context;
    this.node = node;
    this.dispatch = dispatch;
  }

  private Behavior<Command> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          switch (command) {
            case WorkerPresent(Seat seat, var orders) -> {
              workers.put(seat.key(), new Worker(seat, orders));
              tell(new NodeNews.WorkerHere(seat));
            }
            case WorkerAbsent(WorkerKey worker) -> {
              if (workers.remove(worker) != null) {
                tell(new NodeNews.WorkerLost(worker));
              }
            }
            case StoryChanged(StoryDemand demand) -> {
              stories.put(demand.storyId(), demand);
              tell(new NodeNews.StoryWants(demand));
            }
            case StoryEnded(String storyId, long version) -> {
              stories.remove(storyId);
              tell(new NodeNews.StoryEnded(storyId, version));
            }
            case StoryLeft(String storyId) -> stories.remove(storyId);
            case Restate restate -> restate();
            case Orders(WorkerKey worker, List<Order> orders) -> {
              Worker here = workers.get(worker);
              if (here != null) {
                here.orders().accept(orders);
              }
            }
            case Tick tick ->
                dispatch.tell(new DispatchActor.NodeHere(node, number, context.getSelf()));
          }
          return Behaviors.same();
        });
  }

  private void restate() {
    dispatch.tell(new DispatchActor.NodeBegins(node, number, context.getSelf()));
    workers.values().forEach(worker -> tell(new NodeNews.WorkerHere(worker.seat())));
    stories.values().forEach(demand -> tell(new NodeNews.StoryWants(demand)));
    dispatch.tell(new DispatchActor.NodeHere(node, number, context.getSelf()));
  }

  private void tell(NodeNews news) {
    number++;
    dispatch.tell(new DispatchActor.NodeTells(node, number, news));
  }
}
