package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.RunningTasks;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.StoryRules.Decision;
import dev.longtake.coordinator.story.StoryTask.FindCheckpoints;
import dev.longtake.coordinator.story.actor.StoryCommand.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * Owns one story: journals what happens to it, tells who wants to know, and has done what follows.
 *
 * <p>The rules decide ({@link StoryRules}, {@link ReportRules}, {@link RunningTasks}); this actor
 * puts what they say into the journal, and then {@link StoryEffects} follow. Once the story has
 * ended and everybody was told, the host is asked to stop it; one that was woken to answer, when
 * nobody has asked for a while. A story whose end the catalog does not know keeps its actor.
 */
final class StoryActor
    extends EventSourcedBehavior<StoryCommand, StoryEvent, Optional<StoryProgress>> {

  private final StoryRef ref;
  private final StoryEffects effects;
  private final Tenure tenure;
  private final Departure departure;
  private final WorkCommands work;
  private final int snapshotEvents;

  /**
   * Whether the story is claimed and leases from before are taken back; until then commands wait.
   */
  private boolean hasStarted;

  /** Whether the archive was asked from where to go on, and has not answered. */
  private boolean isFinding;

  /** The actor; {@code passivate} has it stopped, and what comes meanwhile held back. */
  static Behavior<StoryCommand> create(
      StoryRef ref, StorySurroundings surroundings, Consumer<ActorRef<StoryCommand>> passivate) {
    return Behaviors.setup(
        context -> {
          var departure = new Departure(context, ref, () -> passivate.accept(context.getSelf()));
          return new StoryActor(
              ref,
              new Tenure(surroundings.node()),
              departure,
              new StoryEffects(context, ref, surroundings, departure),
              surroundings.times().snapshotEvents());
        });
  }

  private StoryActor(
      StoryRef ref, Tenure tenure, Departure departure, StoryEffects effects, int snapshotEvents) {
    super(PersistenceId.of("story", ref.storyId()), StoryJournal.restarting());
    this.ref = ref;
    this.tenure = tenure;
    this.departure = departure;
    this.effects = effects;
    this.work = new WorkCommands(Effect(), effects);
    this.snapshotEvents = snapshotEvents;
  }

  @Override
  public Optional<StoryProgress> emptyState() {
    return Optional.empty();
  }

  @Override
  public EventHandler<Optional<StoryProgress>, StoryEvent> eventHandler() {
    return (state, event) ->
        Optional.of(
            state
                .map(story -> story.apply(event))
                .orElseGet(() -> StoryProgress.of((StorySubmitted) event)));
  }

  /** Only what is read when the story goes on: all events stay. */
  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(snapshotEvents, 1);
  }

  @Override
  public SnapshotAdapter<Optional<StoryProgress>> snapshotAdapter() {
    return new StoryJournal.Snapshots();
  }

  @Override
  public SignalHandler<Optional<StoryProgress>> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .onSignal(PostStop.instance(), state -> effects.left())
        .build();
  }

  private void onRecovered(Optional<StoryProgress> state) {
    hasStarted = false;
    isFinding = false;
    tenure.recover(state);
    if (tenure.isLost()) {
      effects.yieldTo(state.orElseThrow());
    } else if (state.isPresent()) {
      effects.resumeNext();
    } else {
      departure.awaitQuestions(); // Or its submission.
    }
  }

  @Override
  public CommandHandler<StoryCommand, StoryEvent, Optional<StoryProgress>> commandHandler() {
    return (state, command) -> {
      if (tenure.isLost()) {
        return onLost(command);
      }
      if (state.isEmpty() || hasStarted || command instanceof StorySignal.Resume) {
        return onCommand(state, command);
      }
      return isFinding ? onFinding(state, command) : Effect().stash();
    };
  }

  /** The archive may take a while: questions are answered, and no lease of before counts. */
  private Effect<StoryEvent, Optional<StoryProgress>> onFinding(
      Optional<StoryProgress> state, StoryCommand command) {
    return switch (command) {
      case StoryCommand.WhileRendering rendering -> work.refuse(rendering);
      case StoryCommand.Restate restate -> Effect().none(); // It tells when it goes on.
      case TaskEnded.Kept(var task, var found) -> {
        effects.recovery().found(state.orElseThrow(), found);
        yield goOn(state.orElseThrow());
      }
      case TaskEnded.Broke(FindCheckpoints find, Throwable cause) -> {
        effects.recovery().againLater(cause);
        yield Effect().none();
      }
      case StoryCommand other -> onCommand(state, other);
    };
  }

  /** Nothing is answered, because all of it may be out of date: callers ask again elsewhere. */
  private Effect<StoryEvent, Optional<StoryProgress>> onLost(StoryCommand command) {
    if (command instanceof StorySignal.Idle) {
      departure.passivate();
    }
    return command instanceof StorySignal.Stop ? Effect().stop() : Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onCommand(
      Optional<StoryProgress> state, StoryCommand command) {
    return switch (command) {
      case StoryCommand.Anytime any -> onAnytime(state, any);
      case StorySignal signal -> onSignal(state, signal);
      case StoryCommand.WhilePlanning planning ->
          state
              .filter(story -> story.isOpen() && story.plan().isEmpty())
              .map(story -> work.plan(story, planning))
              .orElseGet(() -> Effect().none());
      case StoryCommand.WhileRendering rendering ->
          state
              .filter(story -> story.isOpen() && story.plan().isPresent())
              .map(story -> work.render(story, rendering))
              .orElseGet(() -> work.refuse(rendering));
      case TaskEnded ended -> {
        effects.end(ended.task());
        yield state
            .filter(StoryProgress::isOpen)
            .map(story -> work.end(story, ended))
            .orElseGet(() -> Effect().none());
      }
    };
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onAnytime(
      Optional<StoryProgress> state, StoryCommand.Anytime command) {
    return switch (command) {
      case StoryCommand.Submit submit ->
          state.isPresent()
              ? Effect().reply(submit.replyTo(), effects.status(state.get()))
              : onFirst(submit);
      case StoryCommand.GetStatus(var replyTo) -> Effect().reply(replyTo, effects.standing(state));
      case StoryCommand.Explain(var outlook, var replyTo) -> {
        var found = state.map(story -> effects.explain(story, outlook));
        yield Effect().reply(replyTo, new StoryCommand.Explained(found));
      }
      case StoryCommand.GetDetail(var replyTo) ->
          Effect().reply(replyTo, new StoryCommand.Detailed(state.map(effects::detail)));
      case StoryCommand.Watch(var watcher) -> {
        state.ifPresent(story -> effects.watch(story, watcher));
        yield Effect().none();
      }
      case StoryCommand.Restate restate -> {
        state.ifPresent(effects::restate);
        yield Effect().none();
      }
      case StoryCommand.Cancel(var replyTo) ->
          onWish(state, story -> StoryRules.cancel(story, effects.now()), replyTo);
      case StoryCommand.Retry retry ->
          state.filter(story -> !story.isOpen() && effects.postpones(retry)).isPresent()
              ? Effect().none()
              : onWish(state, story -> StoryRules.retry(story, effects.now()), retry.replyTo());
    };
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onFirst(StoryCommand.Submit submit) {
    hasStarted = true;
    tenure.begin();
    departure.stay();
    StorySubmitted submitted = submit.event(ref.storyId(), effects.now());
    StoryProgress story = StoryProgress.of(submitted);
    return Effect()
        .persist((StoryEvent) submitted)
        .thenRun(state -> effects.change(story, story, List.of(submitted)))
        .thenReply(submit.replyTo(), state -> effects.status(story));
  }

  /** A person wants something of the story. */
  private Effect<StoryEvent, Optional<StoryProgress>> onWish(
      Optional<StoryProgress> state,
      Function<StoryProgress, Decision<Boolean>> rule,
      ActorRef<Standing> replyTo) {
    Optional<Decision<Boolean>> decision = state.map(rule);
    List<StoryEvent> events = decision.map(Decision::events).orElse(List.of());
    if (events.isEmpty()) {
      boolean isGranted = decision.map(Decision::outcome).orElse(false);
      return Effect().reply(replyTo, effects.standing(state.filter(story -> isGranted)));
    }
    StoryProgress story = state.orElseThrow();
    List<StoryEvent> all = new ArrayList<>(tenure.claim(story)); // Of one that goes on again.
    all.addAll(events);
    // Answered when lists say so too: whoever wanted it may look for it in one next.
    return work.keep(story, all)
        .thenRun(after -> effects.tellWhenWritten(after.orElseThrow(), replyTo));
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onSignal(
      Optional<StoryProgress> state, StorySignal signal) {
    switch (signal) {
      case StorySignal.Resume resume -> {
        return onResume(state.orElseThrow());
      }
      case StorySignal.Stop stop -> {
        return Effect().stop();
      }
      case StorySignal.Look look -> {
        return work.look(state.orElseThrow(), tenure);
      }
      case StorySignal.ClearAgain(int shot) -> state.ifPresent(it -> work.clearAgain(it, shot));
      case StorySignal.ShowSteps show -> state.ifPresent(effects::showSteps);
      case StorySignal.WatcherGone(var watcher) -> effects.unwatch(watcher);
      case StorySignal.EndWritten written -> state.ifPresent(effects::leave);
      case StorySignal.Idle idle -> effects.leaveIfIdle(state);
    }
    return Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onResume(StoryProgress story) {
    hasStarted = false;
    isFinding = StoryRules.mayResume(story);
    if (!isFinding) {
      return goOn(story);
    }
    effects.recovery().find(story);
    return Effect().none().thenUnstashAll();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> goOn(StoryProgress story) {
    hasStarted = true;
    isFinding = false;
    effects.resume(story);
    List<StoryEvent> events = new ArrayList<>();
    if (story.isOpen()) {
      events.addAll(tenure.claim(story));
      events.addAll(StoryRules.resume(story, effects.checkpoints()));
    }
    return Effect()
        .persist(events)
        .thenRun(state -> effects.change(story, state.orElseThrow(), events))
        .thenUnstashAll();
  }
}
