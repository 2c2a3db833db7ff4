package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Report;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Story;
import dev.longtake.story.status.FilmFile;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;

/**
 * Owns one story: journals what happens to it, tells who wants to know, and has done what follows.
 *
 * <p>{@link StoryRules} decides; this actor adds the journal, watchers, step counts, and starts the
 * work of {@link StoryWork}, which its state asks for. So whatever was interrupted starts again
 * after a restart, because the state still asks for it.
 */
public final class StoryActor
    extends EventSourcedBehavior<StoryActor.Command, StoryEvent, Optional<StoryProgress>> {

  /** What this actor can be told. */
  public sealed interface Command {}

  /** Takes the story, if it has none yet. */
  public record Submit(long sequence, Story story, ActorRef<SubmitOutcome> replyTo)
      implements Command {}

  /** Asks how the story stands; empty if it was never submitted. */
  public record GetView(ActorRef<Optional<StoryView>> replyTo) implements Command {}

  /** Tells {@code watcher} the story now and after each change, until the watcher stops. */
  public record Watch(ActorRef<StoryView> watcher) implements Command {}

  /** Pins model and engine class. */
  public record Plan(ModelCard model, String engineClass) implements Command {}

  /** Leases work; the reply is whether that was done. */
  public record Lease(int shotIndex, Kind kind, List<Grant> grants, ActorRef<Boolean> replyTo)
      implements Command {}

  /** Passes on what a worker says. */
  public record Heard(WorkerKey worker, Report report) implements Command {}

  /** The latent store has a checkpoint of the chunk that is leased so. */
  public record CheckpointTaken(LeaseToken chunk, int stepIndex) implements Command {}

  /** Takes everything from a worker that is lost. */
  public record ReleaseWorker(WorkerKey worker) implements Command {}

  /** Cancels the story; the reply is how it stands, or empty if it has ended otherwise. */
  public record Cancel(ActorRef<Optional<StoryView>> replyTo) implements Command {}

  private record Resume() implements Command {}

  private record ShowSteps() implements Command {}

  private record WatcherGone(ActorRef<StoryView> watcher) implements Command {}

  private record KnownFound(ModelCard model, String engineClass, List<KnownShot> known)
      implements Command {}

  private record Joined(int shotIndex, Digest latents) implements Command {}

  private record Assembled(List<FilmFile> files) implements Command {}

  private record PassedForgotten(int shotIndex) implements Command {}

  /** What the store held of the shot is dropped, or could not be, and the report can be taken. */
  private record FreshStart(WorkerKey worker, Report report, boolean isDropped)
      implements Command {}

  private record WorkBroke(String what, Throwable cause) implements Command {}

  /**
   * What a story actor works with.
   *
   * @param news told after each change; must not block
   * @param executor for {@link StoryWork}
   * @param progressInterval watchers hear of steps at most this often; of anything else at once
   */
  public record Surroundings(
      StoryWork work,
      Consumer<StoryNews> news,
      StoryMeter meter,
      Executor executor,
      InstantSource clock,
      Duration progressInterval) {}

  private final ActorContext<Command> context;
  private final Surroundings surroundings;
  private final String storyId;
  private final StepCounts steps = new StepCounts();
  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private final Set<Integer> dropping = new HashSet<>();
  private final Set<ActorRef<StoryView>> watchers = new HashSet<>();
  private final Set<Integer> joining = new HashSet<>();
  private final Set<Integer> finished = new HashSet<>();
  private final AtomicBoolean hasEnded = new AtomicBoolean();
  private boolean hasStarted;
  private boolean areStepsToBeShown;
  private boolean isPlanning;
  private boolean isAssembling;

  /** The actor of the story with this id. */
  public static Behavior<Command> create(String storyId, Surroundings surroundings) {
    return Behaviors.setup(context -> new StoryActor(context, storyId, surroundings));
  }

  private StoryActor(ActorContext<Command> context, String storyId, Surroundings surroundings) {
    super(PersistenceId.of("story", storyId), Supervision.restarting());
    this.context = context;
    this.storyId = storyId;
    this.surroundings = surroundings;
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
  public CommandHandler<Command, StoryEvent, Optional<StoryProgress>> commandHandler() {
    return (state, command) ->
        state.map(story -> onCommand(story, command)).orElseGet(() -> onFirst(command));
  }

  @Override
  public SignalHandler<Optional<StoryProgress>> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              if (state.isPresent()) {
                context.getSelf().tell(new Resume());
              }
            })
        .build();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onFirst(Command command) {
    return switch (command) {
      case Submit(long sequence, Story story, var replyTo) -> {
        hasStarted = true;
        StoryEvent event =
            new StorySubmitted(storyId, sequence, story, surroundings.clock().instant());
        yield Effect()
            .persist(event)
            .thenRun(state -> afterChange(state, List.of(event)))
            .thenReply(replyTo, state -> new SubmitOutcome.Accepted(view(state.orElseThrow())));
      }
      case GetView(var replyTo) -> Effect().reply(replyTo, Optional.empty());
      case Cancel(var replyTo) -> Effect().reply(replyTo, Optional.empty());
      case Lease lease -> Effect().reply(lease.replyTo(), false);
      case Watch watch -> Effect().none();
      case Plan plan -> Effect().none();
      case Heard heard -> Effect().none();
      case CheckpointTaken taken -> Effect().none();
      case ReleaseWorker release -> Effect().none();
      case Resume resume -> Effect().none();
      case ShowSteps show -> Effect().none();
      case WatcherGone gone -> Effect().none();
      case KnownFound known -> Effect().none();
      case Joined joined -> Effect().none();
      case PassedForgotten forgotten -> Effect().none();
      case FreshStart fresh -> Effect().none();
      case Assembled assembled -> Effect().none();
      case WorkBroke broke -> Effect().none();
    };
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onCommand(
      StoryProgress story, Command command) {
    return switch (command) {
      case Submit submit ->
          Effect().reply(submit.replyTo(), new SubmitOutcome.Accepted(view(story)));
      case GetView(var replyTo) -> Effect().reply(replyTo, Optional.of(view(story)));
      case Watch(var watcher) -> onWatch(story, watcher);
      case Plan plan -> onPlan(story, plan);
      case Lease(int shot, Kind kind, var grants, var replyTo) -> {
        var decision = StoryRules.lease(story, shot, kind, grants);
        yield Effect()
            .persist(decision.events())
            .thenRun(state -> afterChange(state, decision.events()))
            .thenReply(replyTo, state -> decision.outcome());
      }
      case Heard(WorkerKey worker, Report report) -> onHeard(story, worker, report);
      case CheckpointTaken(LeaseToken chunk, int stepIndex) -> {
        if (hasStarted) { // Else it is of a lease that is about to be taken back.
          checkpoints.note(story, chunk, stepIndex);
          forgetPassed(story);
          showStepsSoon();
        }
        yield Effect().none();
      }
      case PassedForgotten(int shotIndex) -> {
        dropping.remove(shotIndex);
        forgetPassed(story);
        yield Effect().none();
      }
      case FreshStart(WorkerKey worker, Report report, boolean isDropped) -> {
        dropping.remove(report.lease().shotIndex());
        yield isDropped ? keep(report(story, worker, report).events()) : Effect().none();
      }
      case ReleaseWorker(WorkerKey worker) -> keep(StoryRules.release(story, worker, checkpoints));
      case Cancel(var replyTo) -> {
        var decision = StoryRules.cancel(story, surroundings.clock().instant());
        yield Effect()
            .persist(decision.events())
            .thenRun(state -> afterChange(state, decision.events()))
            .thenReply(
                replyTo, state -> decision.outcome() ? state.map(this::view) : Optional.empty());
      }
      case Resume resume -> onResume(story);
      case ShowSteps show -> {
        areStepsToBeShown = false;
        tellWatchers(story);
        yield Effect().none();
      }
      case WatcherGone(var watcher) -> {
        watchers.remove(watcher);
        yield Effect().none();
      }
      case KnownFound(ModelCard model, String engineClass, var known) -> {
        isPlanning = false;
        yield keep(StoryRules.plan(story, model, engineClass, known));
      }
      case Joined(int shotIndex, Digest latents) -> {
        joining.remove(shotIndex);
        yield keep(StoryRules.joined(story, shotIndex, latents));
      }
      case Assembled(var files) -> {
        isAssembling = false;
        yield keep(StoryRules.assembled(story, files, surroundings.clock().instant()));
      }
      case WorkBroke broke -> onWorkBroke(story, broke);
    };
  }

  private Effect<StoryEvent, Optional<StoryProgress>> keep(List<StoryEvent> events) {
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(state -> afterChange(state, events));
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onResume(StoryProgress story) {
    hasStarted = true;
    List<StoryEvent> events = StoryRules.resume(story);
    for (int i = 0; i < story.shots().size(); i++) {
      ShotProgress shot = story.shots().get(i);
      if (shot.isDone() && finished.add(i) && story.isOpen()) {
        remember(shot); // The process may have ended before it was.
      }
    }
    return Effect().persist(events).thenRun(state -> afterChange(state, events));
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onWatch(
      StoryProgress story, ActorRef<StoryView> watcher) {
    if (watchers.add(watcher)) {
      context.watchWith(watcher, new WatcherGone(watcher));
    }
    watcher.tell(view(story));
    return Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onPlan(StoryProgress story, Plan plan) {
    if (!story.isOpen() || story.plan().isPresent() || isPlanning) {
      return Effect().none();
    }
    isPlanning = true;
    start(
        "planning",
        () -> {
          StoryPlan pinned = StoryPlan.of(storyId, story.story(), plan.model(), plan.engineClass());
          surroundings.work().requireRoom(pinned);
          return surroundings.work().findKnown(pinned);
        },
        known -> new KnownFound(plan.model(), plan.engineClass(), known));
    return Effect().none();
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onHeard(
      StoryProgress story, WorkerKey worker, Report report) {
    if (!hasStarted) {
      // Said of a lease from before the restart, which is about to be taken back.
      return Effect().none();
    }
    if (StoryRules.asksForFreshStart(story, worker, report)) {
      startAfresh(worker, report);
      return Effect().none();
    }
    var decision = report(story, worker, report);
    if (decision.outcome() == StoryRules.ReportOutcome.ACCEPTED
        && report.progress() instanceof Report.Running running) {
      if (steps.note(report.lease(), running.stepsDone())) {
        showStepsSoon();
      }
    }
    return keep(decision.events());
  }

  private StoryRules.Decision<StoryRules.ReportOutcome> report(
      StoryProgress story, WorkerKey worker, Report report) {
    return StoryRules.report(story, worker, report, checkpoints, surroundings.clock().instant());
  }

  private void showStepsSoon() {
    if (!areStepsToBeShown && !watchers.isEmpty()) {
      areStepsToBeShown = true;
      context.scheduleOnce(surroundings.progressInterval(), context.getSelf(), new ShowSteps());
    }
  }

  /**
   * Has the store drop everything of a shot, then lets it begin anew. Neither while the store is
   * dropping what was passed, which would take slabs of the new beginning along; the worker repeats
   * itself until it is heard.
   */
  private void startAfresh(WorkerKey worker, Report report) {
    int shotIndex = report.lease().shotIndex();
    if (dropping.add(shotIndex)) {
      context
          .getLog()
          .warn(
              "story={} shot={} chunk={} begins anew with its shot: {}",
              storyId,
              shotIndex,
              report.lease().index(),
              report.progress());
      drop(
          () -> surroundings.work().forgetLatents(storyId, shotIndex),
          isDropped -> new FreshStart(worker, report, isDropped));
    }
  }

  /** Has the store drop what the chunks are past, one shot at a time. */
  private void forgetPassed(StoryProgress story) {
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      int shotIndex = i;
      if (!dropping.contains(i)) {
        List<CheckpointSteps.Passed> passed = checkpoints.passed(story.shots().get(i));
        if (!passed.isEmpty()) {
          dropping.add(i);
          drop(
              () -> surroundings.work().forgetPassed(storyId, shotIndex, passed),
              isDropped -> new PassedForgotten(shotIndex));
        }
      }
    }
  }

  private void drop(Runnable work, Function<Boolean, Command> afterwards) {
    ActorRef<Command> self = context.getSelf();
    inBackground(
        "dropping latents",
        () -> {
          boolean isDropped = false;
          try {
            work.run();
            isDropped = true;
          } finally {
            self.tell(afterwards.apply(isDropped));
          }
        });
  }

  private Effect<StoryEvent, Optional<StoryProgress>> onWorkBroke(
      StoryProgress story, WorkBroke broke) {
    Throwable cause =
        broke.cause() instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : broke.cause();
    ErrorCode code = cause instanceof LongtakeException known ? known.code() : ErrorCode.INTERNAL;
    String message =
        cause instanceof LongtakeException known ? known.getMessage() : cause.toString();
    if (story.isOpen() && code.kind() == ErrorKind.BUG) {
      context.getLog().error("story={} {} failed", storyId, broke.what(), cause);
    } else if (story.isOpen()) {
      context.getLog().info("story={} {} failed: {}", storyId, broke.what(), message);
    }
    return keep(
        StoryRules.fail(
            story, code, broke.what() + ": " + message, surroundings.clock().instant()));
  }

  private StoryView view(StoryProgress story) {
    return StoryView.of(story, steps, checkpoints);
  }

  /** Tells the change and starts what the new state asks for. */
  private void afterChange(Optional<StoryProgress> state, List<StoryEvent> events) {
    StoryProgress story = state.orElseThrow();
    events.forEach(event -> surroundings.meter().happened(event));
    for (StoryEvent event : events) {
      if (event instanceof ShotJoined joined) {
        forgetLatents(joined.shotIndex());
      }
    }
    if (story.isOpen()) {
      startJoins(story);
      rememberFinished(story);
      startAssembling(story);
      forgetPassed(story);
    } else if (hasEnded.compareAndSet(false, true)) {
      for (int i = 0; i < story.shots().size(); i++) {
        if (story.shots().get(i).latents().isEmpty()) {
          forgetLatents(i);
        }
      }
    }
    surroundings.news().accept(new StoryNews(context.getSelf(), story));
    tellWatchers(story);
  }

  private void tellWatchers(StoryProgress story) {
    if (!watchers.isEmpty()) {
      StoryView view = view(story);
      watchers.forEach(watcher -> watcher.tell(view));
    }
  }

  private void startJoins(StoryProgress story) {
    for (int i = 0; i < story.shots().size(); i++) {
      ShotProgress shot = story.shots().get(i);
      if (shot.isToBeJoined() && joining.add(i)) {
        int shotIndex = i;
        start(
            "joining shot " + shot.plan().shot().id(),
            () -> surroundings.work().joinShot(shot),
            latents -> new Joined(shotIndex, latents));
      }
    }
  }

  private void rememberFinished(StoryProgress story) {
    for (int i = 0; i < story.shots().size(); i++) {
      ShotProgress shot = story.shots().get(i);
      if (shot.isDone() && finished.add(i)) {
        surroundings.meter().shotDone(shot.reused());
        remember(shot);
      }
    }
  }

  private void remember(ShotProgress shot) {
    if (!shot.reused()) {
      inBackground("remembering", () -> surroundings.work().rememberShot(shot));
    }
  }

  private void startAssembling(StoryProgress story) {
    if (story.isToBeAssembled() && !isAssembling) {
      isAssembling = true;
      start(
          "assembling the film",
          () -> surroundings.work().assembleFilm(story, hasEnded::get),
          Assembled::new);
    }
  }

  private void forgetLatents(int shotIndex) {
    inBackground("dropping latents", () -> surroundings.work().forgetLatents(storyId, shotIndex));
  }

  /** Work whose failure costs nothing but a note. */
  private void inBackground(String what, Runnable work) {
    var log = context.getLog();
    surroundings
        .executor()
        .execute(
            () -> {
              try {
                work.run();
              } catch (RuntimeException e) {
                log.warn("story={} {} failed", storyId, what, e);
              }
            });
  }

  /** Work whose result, or failure, comes back as a command. */
  private <T> void start(String what, Supplier<T> work, Function<T, Command> result) {
    BiFunction<@Nullable T, @Nullable Throwable, Command> reply =
        (value, failure) ->
            failure == null && value != null
                ? result.apply(value)
                : new WorkBroke(
                    what, failure == null ? new IllegalStateException("no result") : failure);
    context.pipeToSelf(CompletableFuture.supplyAsync(work, surroundings.executor()), reply::apply);
  }
}
