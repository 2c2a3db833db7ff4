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

  private record Worker(Seat seat, Consumer<List<Order>> orders) {}

  private final ActorContext<LinkCommand> context;
  private final String node;
  private final ActorRef<DispatchCommand> dispatch;
  private final Map<WorkerKey, Worker> workers = new HashMap<>();
  private final Map<String, StoryDemand> stories = new TreeMap<>();
  private final Map<WorkerKey, Long> ordersHeard = new HashMap<>();
  private long number;

  /**
   * The link.
   *
   * @param node names this coordinator's process
   * @param interval how often dispatch hears that this coordinator is there
   */
  public static Behavior<LinkCommand> create(
      String node, ActorRef<DispatchCommand> dispatch, Duration interval) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new LinkCommand.Tick(), Duration.ZERO, interval);
                  return new DispatchLink(context, node, dispatch).behavior();
                }));
  }

  private DispatchLink(
      ActorContext<LinkCommand> context, String node, ActorRef<DispatchCommand> dispatch) {
    this.context = context;
    this.node = node;
    this.dispatch = dispatch;
  }

  private Behavior<LinkCommand> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          switch (command) {
            case LinkCommand.WorkerPresent(Seat seat, var orders) -> {
              workers.put(seat.key(), new Worker(seat, orders));
              tell(new NodeNews.WorkerHere(seat));
            }
            case LinkCommand.WorkerAbsent(WorkerKey worker, boolean died) -> {
              ordersHeard.remove(worker);
              if (workers.remove(worker) != null) {
                tell(new NodeNews.WorkerLost(worker, died));
              }
            }
            case LinkCommand.StoryChanged(StoryDemand demand) -> {
              stories.put(demand.storyId(), demand);
              tell(new NodeNews.StoryWants(demand));
            }
            case LinkCommand.StoryEnded(String storyId, long version) -> {
              stories.remove(storyId);
              tell(new NodeNews.StoryEnded(storyId, version));
            }
            case LinkCommand.StoryLeft(String storyId) -> {
              if (stories.remove(storyId) != null) {
                tell(new NodeNews.StoryLeft(storyId));
              }
            }
            case LinkCommand.Restate restate -> restate();
            case LinkCommand.Orders(WorkerKey worker, List<Order> orders, long sentAs) -> {
              Worker here = workers.get(worker);
              if (here != null) {
                ordersHeard.put(worker, sentAs);
                here.orders().accept(orders);
              }
            }
            case LinkCommand.Tick tick -> here();
          }
          return Behaviors.same();
        });
  }

  private void restate() {
    dispatch.tell(new DispatchCommand.NodeBegins(node, number, context.getSelf()));
    workers.values().forEach(worker -> tell(new NodeNews.WorkerHere(worker.seat())));
    stories.values().forEach(demand -> tell(new NodeNews.StoryWants(demand)));
    here();
  }

  private void here() {
    long heard = Deliveries.mark(ordersHeard.values());
    dispatch.tell(new DispatchCommand.NodeHere(node, number, heard, context.getSelf()));
  }

  private void tell(NodeNews news) {
    number++;
    dispatch.tell(new DispatchCommand.NodeTells(node, number, news));
  }
}
