package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.RunningTasks;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.StoryRules.Decision;
import dev.longtake.coordinator.story.StoryTask.BeginAnew;
import dev.longtake.coordinator.story.StoryTask.FindKnown;
import dev.longtake.coordinator.story.StoryTask.JoinShot;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.actor.StoryCommand.Leased;
import dev.longtake.coordinator.story.actor.StoryCommand.Standing;
import dev.longtake.digest.Digest;
import dev.longtake.lease.Report;
import java.time.Instant;
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
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
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

  /**
   * Whether leases from before the restart are taken back; what is said of those counts for
   * nothing.
   */
  private boolean hasStarted;

  /** The actor; {@code passivate} has it stopped, and what comes meanwhile held back. */
  static Behavior<StoryCommand> create(
      StoryRef ref, StorySurroundings surroundings, Consumer<ActorRef<StoryCommand>> passivate) {
    return Behaviors.setup(
        context ->
            new StoryActor(
                ref,
                new StoryEffects(
                    context, ref, surroundings, () -> passivate.accept(context.getSelf()))));
  }

  private StoryActor(StoryRef ref, StoryEffects effects) {
    super(PersistenceId.of("story", ref.storyId()), Supervision.restarting());
    this.ref = ref;
    this.effects = effects;
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

  @Override
  public SignalHandler<Optional<StoryProgress>> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              if (state.isPresent()) {
                effects.resumeNext();
              } else {
                effects.awaitQuestions(); // Or its submission.
              }
            })
        .onSignal(PostStop.instance(), state -> effects.left())
        .build();
  }

  @Override
  public CommandHandler<StoryCommand, StoryEvent, Optional<StoryProgress>> commandHandler() {
    return (state, command) ->
        switch (command) {
          case StoryCommand.Anytime any -> onAnytime(state, any);
          case StorySignal signal -> onSignal(state, signal);
          case StoryCommand.WhilePlanning planning ->
              state
                  .filter(story -> story.isOpen() && story.plan().isEmpty())
                  .map(story -> onPlanning(story, planning))
                  .orElseGet(() -> Effect().none());
          case StoryCommand.WhileRendering rendering ->
              state
                  .filter(story -> story.isOpen() && story.plan().isPresent())
                  .map(story -> onRendering(story, rendering))
                  .orElseGet(() -> refuse(rendering));
          case TaskEnded ended -> {
            effects.end(ended.task());
            yield state
                .filter(StoryProgress::isOpen)
                .map(story -> onTaskEnded(story, ended))
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
      case StoryCommand.Watch(var watcher) -> {
        state.ifPresent(story -> effects.watch(story, watcher));
        yield Effect().none();
      }
      case StoryCommand.Restate restate -> {
        // Else it is about to take leases back, and tells then.
        state.filter(story -> hasStarted).ifPresent(effects::restate);
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
    effects.stay();
    var submitted =
        new StorySubmitted(ref.storyId(), submit.sequence(), submit.story(), effects.now());
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
    hasStarted = true; // All leases are taken back.
    // Answered when lists say so too: whoever wanted it may look for it in one next.
    return keep(state.orElseThrow(), events)
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
      case StorySignal.ShowSteps show -> state.ifPresent(effects::showSteps);
      case StorySignal.WatcherGone(var watcher) -> effects.unwatch(watcher);
      case StorySignal.EndWritten written -> state.ifPresent(effects::leave);
      case StorySignal.Idle idle -> effects.leaveIfIdle(state);
    }
    return Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onResume(StoryProgress story) {
    hasStarted = true;
    effects.resume(story);
    List<StoryEvent> events = StoryRules.resume(story);
    return Effect()
        .persist(events)
        .thenRun(state -> effects.change(story, state.orElseThrow(), events));
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onPlanning(
      StoryProgress story, StoryCommand.WhilePlanning command) {
    switch (command) {
      case StoryCommand.Plan(var model, String engineClass) ->
          effects.choose(story, model, engineClass);
    }
    return Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> refuse(StoryCommand.WhileRendering command) {
    return command instanceof StoryCommand.Lease lease
        ? Effect().reply(lease.replyTo(), new Leased(false))
        : Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onRendering(
      StoryProgress story, StoryCommand.WhileRendering command) {
    return switch (command) {
      case StoryCommand.Lease lease -> {
        Decision<Boolean> decision =
            StoryRules.lease(story, lease.shotIndex(), lease.kind(), lease.grants());
        yield keep(story, decision.events())
            .thenReply(lease.replyTo(), state -> new Leased(decision.outcome()));
      }
      case StoryCommand.Heard(var worker, Report report) when hasStarted ->
          onHeard(story, worker, report);
      case StoryCommand.CheckpointTaken(var chunk, int stepIndex) when hasStarted -> {
        effects.noteCheckpoint(story, chunk, stepIndex);
        yield Effect().none();
      }
      case StoryCommand.Heard early -> Effect().none();
      case StoryCommand.CheckpointTaken early -> Effect().none();
      case StoryCommand.ReleaseWorker(var worker) ->
          keep(story, StoryRules.release(story, worker, effects.checkpoints()));
    };
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onHeard(
      StoryProgress story, WorkerKey worker, Report report) {
    if (ReportRules.asksForFreshStart(story, worker, report)) {
      effects.beginAnew(story, worker, report); // The report is taken when the store is rid of it.
      return Effect().none();
    }
    return onReport(story, worker, report);
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onReport(
      StoryProgress story, WorkerKey worker, Report report) {
    Decision<ReportOutcome> decision =
        ReportRules.report(story, worker, report, effects.checkpoints(), effects.now());
    if (decision.outcome() == ReportOutcome.ACCEPTED
        && report.progress() instanceof Report.Running doing) {
      effects.noteSteps(report.lease(), doing.stepsDone());
    }
    return keep(story, decision.events());
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onTaskEnded(
      StoryProgress story, TaskEnded ended) {
    Instant now = effects.now();
    return switch (ended) {
      case TaskEnded.Found(FindKnown(var model, String engineClass), var known) ->
          keep(story, StoryRules.plan(story, model, engineClass, known));
      case TaskEnded.Joined(JoinShot(ShotProgress shot), Digest latents) ->
          keep(story, StoryRules.joined(story, shot.plan().shotIndex(), latents));
      case TaskEnded.Assembled(var task, var files) ->
          keep(story, StoryRules.assembled(story, files, now));
      case TaskEnded.Dropped _, TaskEnded.Forgot _ -> {
        effects.forgetPassed(story);
        yield Effect().none();
      }
      case TaskEnded.Cleared(BeginAnew(WorkerKey worker, Report report), boolean isCleared) ->
          isCleared ? onReport(story, worker, report) : Effect().none();
      case TaskEnded.Broke broke -> {
        effects.note(broke);
        yield keep(story, StoryRules.fail(story, broke.code(), broke.message(), now));
      }
    };
  }

  private EffectBuilder<StoryEvent, Optional<StoryProgress>> keep(
      StoryProgress before, List<StoryEvent> events) {
    return events.isEmpty()
        ? Effect().none()
        : Effect()
            .persist(events)
            .thenRun(state -> effects.change(before, state.orElseThrow(), events));
  }
}
