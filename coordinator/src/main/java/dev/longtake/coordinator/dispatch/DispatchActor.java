package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.DispatchCommand.LedgerAnswered;
import dev.longtake.coordinator.dispatch.ledger.Ledger;
import dev.longtake.coordinator.dispatch.ledger.Sharing;
import dev.longtake.coordinator.dispatch.moves.Moves;
import dev.longtake.coordinator.dispatch.moves.Vacancies;
import dev.longtake.coordinator.dispatch.view.DispatchMeter;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.Stories;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.story.status.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Deals out the work of the whole farm: knows what every coordinator tells of its workers and
 * stories ({@link Fleet}), carries out what {@link DispatchPolicy} says, and tells each worker what
 * it should hold. There is one in a farm; a new one asks all coordinators for what it has to know.
 *
 * <p>Nothing is decided here for good: a lease holds once the story's actor has journaled it. Until
 * it has answered, and told what there is now, its story gets nothing further ({@link Asks}). And
 * nothing is said to workers before all open stories were heard of, because a worker drops what it
 * is not told to hold.
 */
public final class DispatchActor {

  /**
   * What this actor works with.
   *
   * @param stories the way to every story
   * @param openStories asks the catalog for the ids of the stories that have not ended
   * @param mayLease asked before work is dealt out: whether anything new may be
   * @param members the coordinators that are part of the farm now, by the names of their links
   */
  public record Surroundings(
      Stories stories,
      Supplier<CompletionStage<List<String>>> openStories,
      BooleanSupplier mayLease,
      Supplier<Set<String>> members,
      DispatchTimes times,
      DispatchMeter meter,
      Sharing sharing) {}

  /** Once all were heard of, the catalog is asked at every so manieth look. */
  private static final int CHECKS_PER_QUERY = 10;

  private final ActorContext<DispatchCommand> context;
  private final Surroundings surroundings;
  private final Fleet fleet;
  private final Deliveries deliveries;
  private final Dealer dealer;
  private final Absences absences;
  private final Vacancies vacancies;
  private final Moves moves;
  private final Ledger ledger;

  private int checksToSettle;
  private int checks;
  private boolean isRunScheduled;
  private boolean wasHeldUp;

  /** The actor. */
  public static Behavior<DispatchCommand> create(Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(
                      new DispatchCommand.Check(), Duration.ZERO, surroundings.times().check());
                  return new DispatchActor(context, timers, surroundings).behavior();
                }));
  }

  private DispatchActor(
      ActorContext<DispatchCommand> context,
      TimerScheduler<DispatchCommand> timers,
      Surroundings surroundings) {
    this.context = context;
    this.surroundings = surroundings;
    // By chance, and another one for each actor: the upper half of its numbers.
    this.deliveries = new Deliveries((long) context.getSelf().path().uid() << Integer.SIZE);
    DispatchTimes times = surroundings.times();
    this.checksToSettle = times.checks(times.settle());
    this.fleet = new Fleet(times.checks(times.answer()), surroundings.sharing().settings());
    this.ledger = new Ledger(fleet.accounts(), surroundings.sharing());
    this.dealer = new Dealer(context, surroundings.stories(), fleet, times.answer());
    this.absences = new Absences(timers, times.workerGrace());
    this.vacancies = new Vacancies(times.checks(times.classGrace()) / CHECKS_PER_QUERY);
    this.moves = Moves.every(times.check().multipliedBy(CHECKS_PER_QUERY));
  }

  private Behavior<DispatchCommand> behavior() {
    surroundings.meter().leads(true);
    keepBooks();
    return Behaviors.receive(DispatchCommand.class)
        .onAnyMessage(
            command -> {
              ledger.setTime();
              onCommand(command);
              return Behaviors.same();
            })
        .onSignal(
            PostStop.class,
            stop -> {
              surroundings.meter().leads(false);
              // Another one counts them.
              surroundings.meter().chunks(ChunkCounts.NONE, Reasons.none());
              surroundings.meter().used(Map.of());
              return Behaviors.same();
            })
        .build();
  }

  private void keepBooks() {
    surroundings.meter().used(fleet.accounts().today());
    var next = ledger.next();
    next.ifPresent(it -> context.pipeToSelf(it, (answer, e) -> new LedgerAnswered(answer)));
  }

  private void onCommand(DispatchCommand command) {
    switch (command) {
      case DispatchCommand.NodeHere here -> onNodeHere(here);
      case DispatchCommand.NodeBegins(String node, long number, var link) -> {
        deliveries.link(node, link::tell);
        fleet.begin(node, number);
      }
      case DispatchCommand.NodeTells(String node, long number, NodeNews news) ->
          onNews(node, number, news);
      case DispatchCommand.Look(var replyTo) ->
          replyTo.tell(deliveries.view(fleet, checksToSettle == 0));
      case DispatchCommand.Run run -> onRun();
      case DispatchCommand.Check check -> onCheck();
      case DispatchCommand.OpenStories(var storyIds) -> onOpenStories(storyIds);
      case DispatchCommand.LeaseAnswered answered -> onAnswer(answered);
      case LedgerAnswered(Ledger.Answer answer) -> ledger.take(answer);
      case DispatchCommand.Explain(String storyId, var replyTo) ->
          replyTo.tell(Reasons.of(fleet, storyId, obstacle()));
      case DispatchCommand.HolderMissing(WorkerKey worker) -> {
        if (absences.end(worker) && !fleet.has(worker)) {
          release(worker, false); // It may be that its coordinator is gone, and not it.
        }
      }
    }
  }

  private void onNodeHere(DispatchCommand.NodeHere here) {
    String node = here.node();
    deliveries.link(node, here.link()::tell);
    if (!fleet.isUpTo(node, here.number())) {
      deliveries.askAgain(node);
    } else if (checksToSettle == 0 && deliveries.isMissed(node, here.ordersHeard(), fleet)) {
      context.getLog().info("coordinator={} has missed orders, which are told again", node);
      scheduleRun();
    }
  }

  private void onNews(String node, long number, NodeNews news) {
    if (!fleet.hear(node, number, news)) {
      return; // It is asked once, when it next says how much it has told.
    }
    switch (news) {
      case NodeNews.WorkerHere(Seat seat) -> {
        deliveries.forget(seat.key());
        absences.end(seat.key());
      }
      case NodeNews.WorkerLost(WorkerKey worker, boolean died) -> {
        if (!fleet.has(worker)) {
          deliveries.forget(worker);
          release(worker, died);
        }
      }
      case NodeNews.StoryWants _, NodeNews.StoryEnded _, NodeNews.StoryLeft _ -> {}
    }
    scheduleRun();
  }

  private void release(WorkerKey worker, boolean died) {
    fleet
        .holdings()
        .stories(worker)
        .forEach(
            storyId ->
                surroundings.stories().tell(storyId, new StoryCommand.ReleaseWorker(worker, died)));
  }

  /** Sees to it that nobody is forgotten: coordinators that have left, stories that nobody runs. */
  private void onCheck() {
    fleet.check();
    boolean isForgotten = dealer.forgetPins();
    if (ledger.hasNews() || isForgotten || (wasHeldUp && surroundings.mayLease().getAsBoolean())) {
      scheduleRun();
    }
    Set<String> members = surroundings.members().get();
    for (String node : deliveries.nodes()) {
      if (!members.contains(node)) {
        context.getLog().info("coordinator={} has left", node);
        deliveries.unlink(node);
        fleet.lose(node);
        scheduleRun();
      }
    }
    if (checksToSettle == 0 && checks++ % CHECKS_PER_QUERY != 0) {
      return;
    }
    keepBooks();
    context.pipeToSelf(
        surroundings.openStories().get(),
        (storyIds, failure) -> new DispatchCommand.OpenStories(Optional.ofNullable(storyIds)));
  }

  /**
   * Wakes the stories that nobody has told of.
   *
   * @param open empty if the catalog did not answer
   */
  private void onOpenStories(Optional<List<String>> open) {
    Optional<Set<String>> unheard = open.map(fleet::unheard);
    unheard.ifPresent(
        storyIds ->
            storyIds.forEach(
                storyId -> surroundings.stories().tell(storyId, new StoryCommand.Restate())));
    if (checksToSettle == 0) {
      vacancies.check(fleet.seats(), fleet.stories()).forEach(this::unpin);
      if (surroundings.mayLease().getAsBoolean()) { // Else nobody gets what another one gives up.
        moves.tell(
            fleet.seats(), fleet.stories(), Reasons.held(fleet), surroundings.stories()::tell);
      }
      return;
    }
    boolean isComplete =
        ledger.isOpen()
            && unheard.filter(Set::isEmpty).isPresent()
            && surroundings.members().get().stream().allMatch(fleet::knows);
    // Without what was used, tenants that may begin nothing today would begin something.
    checksToSettle = isComplete ? 0 : Math.max(ledger.isOpen() ? 0 : 1, checksToSettle - 1);
    if (checksToSettle == 0) {
      if (!isComplete) {
        context.getLog().warn("dispatch begins without stories that nobody told of: {}", unheard);
      }
      scheduleRun();
    }
  }

  private void unpin(Vacancies.Unpin vacant) {
    surroundings.stories().tell(vacant.storyId(), new StoryCommand.Unpin(vacant.engineClass()));
  }

  private void onAnswer(DispatchCommand.LeaseAnswered answered) {
    fleet.answer(answered.asked(), answered.storyId(), answered.isLeased(), answered.version());
    if (answered.isLeased()) {
      surroundings.meter().leased(answered.took());
    } else { // It is not as it was told: it has to tell again.
      surroundings.stories().tell(answered.storyId(), new StoryCommand.Restate());
    }
    scheduleRun();
  }

  /** Many messages in a row lead to one run, because it queues behind them. */
  private void scheduleRun() {
    if (!isRunScheduled) {
      isRunScheduled = true;
      context.getSelf().tell(new DispatchCommand.Run());
    }
  }

  private void onRun() {
    isRunScheduled = false;
    if (checksToSettle > 0) {
      return;
    }
    long begun = System.nanoTime();
    absences.watch(fleet.holdings().absent());
    deliveries.send(fleet);
    wasHeldUp = !surroundings.mayLease().getAsBoolean();
    List<Assignment> dealt = wasHeldUp ? List.of() : fleet.assign();
    surroundings.meter().chunks(fleet.chunks(), Reasons.count(fleet, dealt, obstacle()));
    dealt.forEach(dealer::deal);
    surroundings.meter().ran(Duration.ofNanos(System.nanoTime() - begun));
  }

  /** Why nothing at all is dealt out now. */
  private Optional<Reason> obstacle() {
    return checksToSettle > 0
        ? Optional.of(Reason.SETTLING)
        : wasHeldUp ? Optional.of(Reason.HELD_UP) : Optional.empty();
  }
}
