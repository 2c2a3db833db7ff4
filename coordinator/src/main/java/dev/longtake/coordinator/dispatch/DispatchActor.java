package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.coordinator.story.actor.StoryNews;
import dev.longtake.coordinator.story.actor.StoryRef;
import dev.longtake.lease.Order;
import dev.longtake.plan.CheckpointPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Knows the workers that are there and the stories that are open, as their actors told it last;
 * carries out what {@link DispatchPolicy} says; tells each worker what it should hold.
 *
 * <p>Nothing is decided here for good: a lease holds once the story's actor has journaled it. Until
 * it has answered, nothing further is dealt out, so that the policy always sees what there is.
 */
public final class DispatchActor {

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

  /** A story has changed. */
  public record StoryChanged(StoryNews news) implements Command {}

  private record Run() implements Command {}

  private record LeaseAnswered(int round) implements Command {}

  private record HolderMissing(WorkerKey worker) implements Command {}

  private record Worker(Seat seat, Consumer<List<Order>> orders) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Surroundings surroundings;
  private final Map<WorkerKey, Worker> workers = new HashMap<>();
  private final Map<String, StoryNews> stories = new HashMap<>();
  private final Map<WorkerKey, List<Order>> sent = new HashMap<>();
  private final Set<WorkerKey> missing = new HashSet<>();
  private boolean isRunScheduled;
  private int round;
  private int answersAwaited;

  /**
   * What this actor works with.
   *
   * @param workerGrace how long a lease waits for a holder that is not there
   * @param answerTimeout how long to wait for a story's answer before going on without it
   * @param checkpoints how often chunks keep their state
   * @param meter told the open stories now and then
   */
  public record Surroundings(
      Duration workerGrace,
      Duration answerTimeout,
      CheckpointPolicy checkpoints,
      Consumer<Collection<StoryProgress>> meter) {}

  /** The actor. */
  public static Behavior<Command> create(Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new DispatchActor(context, timers, surroundings).behavior()));
  }

  private DispatchActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Surroundings surroundings) {
    this.context = context;
    this.timers = timers;
    this.surroundings = surroundings;
  }

  private Behavior<Command> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          onCommand(command);
          return Behaviors.same();
        });
  }

  private void onCommand(Command command) {
    switch (command) {
      case WorkerPresent(Seat seat, var orders) -> {
        workers.put(seat.key(), new Worker(seat, orders));
        sent.remove(seat.key());
        missing.remove(seat.key());
        timers.cancel(seat.key());
        scheduleRun();
      }
      case WorkerAbsent(WorkerKey worker) -> {
        workers.remove(worker);
        sent.remove(worker);
        release(worker);
      }
      case StoryChanged(StoryNews news) -> onNews(news);
      case Run run -> onRun();
      case LeaseAnswered(int of) -> {
        if (of == round && answersAwaited > 0 && --answersAwaited == 0) {
          scheduleRun();
        }
      }
      case HolderMissing(WorkerKey worker) -> {
        if (missing.remove(worker) && !workers.containsKey(worker)) {
          release(worker);
        }
      }
    }
  }

  private void release(WorkerKey worker) {
    stories.values().stream()
        .filter(story -> story.progress().workers().contains(worker))
        .forEach(story -> story.ref().tell(new StoryCommand.ReleaseWorker(worker)));
  }

  private void onNews(StoryNews news) {
    if (news.progress().isOpen()) {
      stories.put(news.progress().storyId(), news);
    } else {
      stories.remove(news.progress().storyId());
    }
    scheduleRun();
  }

  /** Many messages in a row lead to one run, because it queues behind them. */
  private void scheduleRun() {
    if (!isRunScheduled) {
      isRunScheduled = true;
      context.getSelf().tell(new Run());
    }
  }

  private void onRun() {
    isRunScheduled = false;
    List<StoryProgress> open = stories.values().stream().map(StoryNews::progress).toList();
    surroundings.meter().accept(open);
    watchHolders(open);
    sendOrders(open);
    if (answersAwaited > 0) {
      return;
    }
    round++;
    List<Assignment> assignments =
        DispatchPolicy.assign(workers.values().stream().map(Worker::seat).toList(), open);
    assignments.forEach(this::carryOut);
  }

  private void carryOut(Assignment assignment) {
    StoryNews news = stories.get(assignment.storyId());
    if (news == null) {
      return;
    }
    StoryRef story = news.ref();
    switch (assignment) {
      case Assignment.Pin pin -> story.tell(new StoryCommand.Plan(pin.model(), pin.engineClass()));
      case Assignment.Lease lease -> {
        answersAwaited++;
        int asked = round;
        context.pipeToSelf(
            story.<Boolean>ask(
                replyTo ->
                    new StoryCommand.Lease(
                        lease.shotIndex(), lease.kind(), lease.grants(), replyTo),
                surroundings.answerTimeout()),
            (leased, failure) -> new LeaseAnswered(asked));
      }
    }
  }

  private void sendOrders(List<StoryProgress> open) {
    Map<WorkerKey, List<Order>> orders = Orders.of(open, surroundings.checkpoints());
    workers.forEach(
        (key, worker) -> {
          List<Order> now = orders.getOrDefault(key, List.of());
          if (!now.equals(sent.get(key))) {
            sent.put(key, now);
            worker.orders().accept(now);
          }
        });
  }

  /** Leases of workers that are not there are taken back after the grace. */
  private void watchHolders(List<StoryProgress> open) {
    for (StoryProgress story : open) {
      for (WorkerKey holder : story.workers()) {
        if (!workers.containsKey(holder) && missing.add(holder)) {
          timers.startSingleTimer(holder, new HolderMissing(holder), surroundings.workerGrace());
        }
      }
    }
  }
}
