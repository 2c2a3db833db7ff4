package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.Outlook;
import dev.longtake.coordinator.story.RunningTasks;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryDetail;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryReasons;
import dev.longtake.coordinator.story.StoryStatuses;
import dev.longtake.coordinator.story.StorySummaries;
import dev.longtake.coordinator.story.StoryTask;
import dev.longtake.coordinator.story.StoryView;
import dev.longtake.coordinator.story.moves.Relief;
import dev.longtake.coordinator.story.vigil.Stillness;
import dev.longtake.coordinator.story.vigil.Vigil;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.status.Explanation;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * What a change of a story sets off, and what is known of the story that no journal holds: steps,
 * checkpoints, tasks that run, watchers. Lost with the process, and made again by what workers,
 * watchers and the archive of checkpoints say. Used by the story's actor alone.
 */
final class StoryEffects {

  private final ActorContext<StoryCommand> context;
  private final StoryRef ref;
  private final StorySurroundings surroundings;
  private final TaskRunner runner;
  private final Watchers watchers;
  private final StepCounts steps = new StepCounts();
  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private final List<ActorRef<StoryCommand.Standing>> askers = new ArrayList<>();
  private final AtomicBoolean hasEnded = new AtomicBoolean();
  private final Relief relief;
  private final Departure departure;
  private final Recovery recovery;
  private final Vigil vigil;
  private RunningTasks running = RunningTasks.NONE;
  private @Nullable StorySummary lastLine;

  StoryEffects(
      ActorContext<StoryCommand> context,
      StoryRef ref,
      StorySurroundings surroundings,
      Departure departure) {
    this.departure = departure;
    this.context = context;
    this.ref = ref;
    this.surroundings = surroundings;
    ActorRef<StoryCommand> self = context.getSelf();
    runner =
        new TaskRunner(
            ref.storyId(),
            surroundings,
            (pause, task) -> TaskRunner.later(context.getSystem(), pause, task),
            self::tell,
            hasEnded::get);
    relief = new Relief(surroundings.times().slowness(), steps, checkpoints);
    Stillness.Patience patience = surroundings.times().stillness();
    vigil =
        new Vigil(
            ref.storyId(),
            patience,
            surroundings.meter()::still,
            () -> context.scheduleOnce(patience.interval(), self, new StorySignal.Look()));
    recovery = new Recovery(context, ref, runner, checkpoints);
    var interval = surroundings.times().progressInterval();
    watchers =
        new Watchers(() -> context.scheduleOnce(interval, self, new StorySignal.ShowSteps()));
  }

  StoryStatus status(StoryProgress story) {
    return StoryStatuses.of(StoryView.of(story, steps, checkpoints));
  }

  StoryCommand.Standing standing(Optional<StoryProgress> story) {
    return new StoryCommand.Standing(story.map(this::status));
  }

  Explanation explain(StoryProgress story, Outlook outlook) {
    return StoryReasons.of(story, steps, outlook, vigil.sentence(now(), relief.sentence(story)));
  }

  StoryDetail detail(StoryProgress story) {
    return StoryDetail.of(story, steps, checkpoints, status(story));
  }

  Instant now() {
    return surroundings.clock().instant();
  }

  /** Has the actor go on with the story. */
  void resumeNext() {
    context.getSelf().tell(new StorySignal.Resume());
  }

  StorySurroundings surroundings() {
    return surroundings;
  }

  /** Whoever says what is remarkable. */
  Vigil vigil() {
    return vigil;
  }

  CheckpointSteps checkpoints() {
    return checkpoints;
  }

  /** Who gives what to whom though it is well. */
  Relief relief() {
    return relief;
  }

  /** The events are safe: counts and tells the change, and starts what the new state asks for. */
  void change(StoryProgress before, StoryProgress story, List<StoryEvent> events) {
    events.forEach(surroundings.meter()::happened);
    surroundings.news().accept(new StoryNews.Happened(before, story, events));
    story.shotsDoneSince(before).forEach(shot -> surroundings.meter().shotDone(shot.reused()));
    hasEnded.set(!story.isOpen());
    start(story, running.change(before, story, events));
    forgetPassed(story);
    surroundings.news().accept(new StoryNews.Stands(story, relief.slow()));
    vigil.goOn(story);
    if (!before.isOpen() && story.isOpen()) {
      departure.stay();
    }
    if (before.isOpen() && !story.isOpen()) {
      checkpoints.forgetAll();
      ActorRef<StoryCommand> self = context.getSelf();
      note(story, () -> self.tell(new StorySignal.EndWritten()));
    } else {
      note(story, () -> {});
      watchers.tell(() -> status(story));
    }
  }

  /** Looks for what stands still, as it is to be done now and then; whether there is more of it. */
  boolean look(StoryProgress story) {
    return vigil.look(story, steps, now());
  }

  /** Answers when lists say how the story stands; after its watchers have heard of an end. */
  void tellWhenWritten(StoryProgress story, ActorRef<StoryCommand.Standing> asker) {
    if (!story.isOpen()) {
      askers.add(asker);
      return;
    }
    StoryCommand.Standing standing = standing(Optional.of(story));
    surroundings
        .book()
        .note(StorySummaries.of(story), story.eventCount(), () -> asker.tell(standing));
  }

  private void note(StoryProgress story, Runnable onWritten) {
    StorySummary line = StorySummaries.of(story);
    if (!line.equals(lastLine)) {
      lastLine = line;
      surroundings.book().note(line, story.eventCount(), onWritten);
    }
  }

  /** The story has ended, and lists say so: its watchers hear it now, and the actor goes. */
  void leave(StoryProgress story) {
    if (story.isOpen()) {
      return; // It was told to go on meanwhile.
    }
    watchers.tell(() -> status(story));
    departure.leave(running.isClearing()); // Whoever hears it, and asks again, asks the next one.
    askers.forEach(asker -> asker.tell(standing(Optional.of(story))));
    askers.clear();
  }

  /** As {@link Departure#postpones}. */
  boolean postpones(StoryCommand command) {
    return departure.postpones(command, running.isClearing());
  }

  /** The actor has stopped. */
  void left() {
    runner.leave();
    vigil.end();
    surroundings.news().accept(new StoryNews.Left(ref.storyId()));
  }

  /** Says again how the story stands. */
  void restate(StoryProgress story) {
    surroundings.news().accept(new StoryNews.Stands(story, relief.slow()));
  }

  /** The story is read from the journal: because it goes on, or because somebody has a question. */
  void resume(StoryProgress story) {
    start(story, running.resume(story));
    if (!story.isOpen()) {
      departure.awaitQuestions();
    }
  }

  /**
   * Another coordinator has claimed the story. This actor says nothing more; it goes when that one
   * has had time to end this process, or, if nobody does, so that the story is not lost with it.
   */
  void yieldTo(StoryProgress story) {
    vigil.yields(story.mark().writer().orElse("another coordinator"));
    left();
    departure.leaveLater();
  }

  /** Where the story goes on after a restart. */
  Recovery recovery() {
    return recovery;
  }

  void leaveIfIdle(Optional<StoryProgress> story) {
    if (story.filter(StoryProgress::isOpen).isEmpty()) {
      departure.leave(running.isClearing());
    }
  }

  void choose(StoryProgress story, ModelCard model, String engineClass) {
    start(story, running.choose(story, model, engineClass));
  }

  void beginAnew(StoryProgress story, Report report) {
    if (clear(story, report.lease().shotIndex())) {
      vigil.beginsAnew(report);
    }
  }

  /** Has the store drop all of a shot; false while something of it is being dropped. */
  boolean clear(StoryProgress story, int shotIndex) {
    RunningTasks.Next next = running.beginAnew(shotIndex);
    start(story, next);
    return !next.tasks().isEmpty();
  }

  void end(StoryTask task) {
    running = running.ended(task);
    if (!running.isClearing()) {
      departure.cleared();
    }
  }

  /** The holder of a current lease says how far it is. */
  void noteSteps(LeaseToken lease, Report.Running doing) {
    if (steps.note(lease, doing.stepsDone(), doing.waiting())) {
      watchers.noteSteps();
    }
  }

  void noteCheckpoint(StoryProgress story, LeaseToken chunk, int stepIndex, CheckpointNews news) {
    checkpoints.note(story, chunk, stepIndex, news);
    forgetPassed(story);
    watchers.noteSteps();
  }

  /** Has the store drop what the chunks are past. */
  void forgetPassed(StoryProgress story) {
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      if (running.mayDrop(i)) {
        start(story, running.forget(i, checkpoints.passed(story.shots().get(i))));
      }
    }
  }

  private void start(StoryProgress story, RunningTasks.Next next) {
    running = next.running();
    next.tasks().forEach(task -> runner.start(task, story));
  }

  void watch(StoryProgress story, ActorRef<StoryStatus> watcher) {
    if (watchers.add(watcher, status(story))) {
      context.watchWith(watcher, new StorySignal.WatcherGone(watcher));
    }
  }

  void unwatch(ActorRef<StoryStatus> watcher) {
    watchers.remove(watcher);
  }

  void showSteps(StoryProgress story) {
    watchers.showSteps(() -> status(story));
  }
}
