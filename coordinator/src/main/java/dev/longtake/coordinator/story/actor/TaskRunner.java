package dev.longtake.coordinator.story.actor;

import dev.longtake.backoff.Backoff;
import dev.longtake.backoff.Chance;
import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryTask;
import dev.longtake.coordinator.story.StoryTask.AssembleFilm;
import dev.longtake.coordinator.story.StoryTask.BeginAnew;
import dev.longtake.coordinator.story.StoryTask.CutClip;
import dev.longtake.coordinator.story.StoryTask.FindCheckpoints;
import dev.longtake.coordinator.story.StoryTask.FindKnown;
import dev.longtake.coordinator.story.StoryTask.ForgetPassed;
import dev.longtake.coordinator.story.StoryTask.ForgetShot;
import dev.longtake.coordinator.story.StoryTask.JoinShot;
import dev.longtake.coordinator.story.StoryTask.RememberShot;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.ErrorKind;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.StoryPlan;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a story's tasks out on threads that may wait, and says how they ended. A task that the
 * story cannot do without, and that meets a store which is busy or away, is tried again after
 * pauses, on which it holds no thread.
 */
final class TaskRunner {

  private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);

  /** An attempt may take long itself, such as a film whose upload fails at its end. */
  static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private static final DoubleSupplier CHANCE = Chance.ofProcess();

  /** Runs something after a pause. */
  interface Later {
    void run(Duration pause, Runnable task);
  }

  private final String storyId;
  private final StorySurroundings surroundings;
  private final StoryWork work;
  private final Later later;
  private final Consumer<TaskEnded> onEnd;
  private final BooleanSupplier hasEnded;
  private volatile boolean hasLeft;

  /**
   * A runner of one story's tasks.
   *
   * @param onEnd told on any thread
   * @param hasEnded asked on any thread: whether the story has, so that a film is of no use
   */
  TaskRunner(
      String storyId,
      StorySurroundings surroundings,
      Later later,
      Consumer<TaskEnded> onEnd,
      BooleanSupplier hasEnded) {
    this.storyId = storyId;
    this.surroundings = surroundings;
    this.work = surroundings.work();
    this.later = later;
    this.onEnd = onEnd;
    this.hasEnded = hasEnded;
  }

  void start(StoryTask task, StoryProgress story) {
    switch (task) {
      case FindKnown find -> start(task, () -> find(find, story));
      case FindCheckpoints checkpoints ->
          start(task, () -> new TaskEnded.Kept(checkpoints, work.findCheckpoints(storyId)));
      case JoinShot join ->
          start(task, () -> new TaskEnded.Joined(join, work.joinShot(join.shot())));
      case CutClip cut ->
          start(
              task,
              () -> new TaskEnded.Cut(cut, work.cutClip(story, cut.shot(), this::isUnwanted)));
      case AssembleFilm film ->
          start(
              task,
              () ->
                  new TaskEnded.Assembled(film, work.assembleFilm(film.story(), this::isUnwanted)));
      case RememberShot(var shot) ->
          inBackground(task, () -> work.rememberShot(story.tenant(), shot));
      case ForgetShot forget ->
          drop(
              task,
              () -> work.forgetLatents(storyId, forget.shotIndex()),
              isDropped -> new TaskEnded.Forgot(forget));
      case ForgetPassed passed ->
          drop(
              task,
              () -> work.forgetPassed(storyId, passed.shotIndex(), passed.passed()),
              isDropped -> new TaskEnded.Dropped(passed));
      case BeginAnew begin ->
          drop(
              task,
              () -> work.forgetLatents(storyId, begin.shotIndex()),
              isDropped -> new TaskEnded.Cleared(begin, isDropped));
    }
  }

  private TaskEnded find(FindKnown find, StoryProgress story) {
    StoryPlan plan = StoryPlan.of(storyId, story.story(), find.model(), find.engineClass());
    List<KnownShot> known = work.findKnown(story.tenant(), plan);
    work.requireRoom(plan, known);
    return new TaskEnded.Found(find, known);
  }

  /** A task that the story cannot do without. */
  private void start(StoryTask task, Supplier<TaskEnded> result) {
    run(task, () -> attempt(task, result, 0, Instant.MAX));
  }

  /**
   * Tries it.
   *
   * @param failed attempts before this one
   * @param end none begins later
   */
  private void attempt(StoryTask task, Supplier<TaskEnded> result, int failed, Instant end) {
    try {
      onEnd.accept(result.get());
    } catch (LongtakeException e) {
      Instant now = surroundings.clock().instant();
      Instant until = failed == 0 ? now.plus(surroundings.times().patience()) : end;
      if (!mayPass(task, e) || !now.isBefore(until)) {
        onEnd.accept(new TaskEnded.Broke(task, e));
        return;
      }
      Duration pause = BACKOFF.pause(failed, CHANCE.getAsDouble()).truncatedTo(ChronoUnit.MILLIS);
      log.warn(
          "story={} {} is tried again in {}: {}",
          storyId,
          task.title(),
          DurationText.format(pause),
          e.getMessage());
      later.run(pause, () -> run(task, () -> attempt(task, result, failed + 1, until)));
    } catch (Throwable broken) { // An error too, such as want of memory, ends the story.
      onEnd.accept(new TaskEnded.Broke(task, broken));
    }
  }

  /** Whether the failure is the store's, and another attempt is of use to anybody. */
  private boolean mayPass(StoryTask task, LongtakeException e) {
    boolean isBusy = e.code().kind() == ErrorKind.BUSY;
    // A plan that is too large for a limit is too large later on too.
    boolean isRefusal = task instanceof FindKnown && e.code() == ErrorCode.LIMIT_REACHED;
    boolean isStopping = Thread.currentThread().isInterrupted();
    return isBusy && !isRefusal && !isStopping && !isUnwanted();
  }

  private interface Ending {
    TaskEnded of(boolean isDone);
  }

  /**
   * What this process meant to drop before it stood still may be of use to whoever has the story
   * since: it waits, and if the story has left meanwhile nothing is dropped.
   */
  private void drop(StoryTask task, Runnable drop, Ending ending) {
    run(
        task,
        () -> {
          Duration doubt = work.doubt();
          if (hasLeft) {
            return;
          }
          if (doubt.isPositive()) {
            log.info(
                "story={} {} waits {}: this process has stood still",
                storyId,
                task.title(),
                DurationText.said(doubt));
            later.run(doubt, () -> drop(task, drop, ending));
            return;
          }
          onEnd.accept(ending.of(isDone(task, drop)));
        });
  }

  /** The story goes on elsewhere, or its actor has ended: nothing more is done for it here. */
  void leave() {
    hasLeft = true;
  }

  private boolean isUnwanted() {
    return hasLeft || hasEnded.getAsBoolean();
  }

  /** A task whose failure costs nothing but a note. */
  private void inBackground(StoryTask task, Runnable run) {
    run(task, () -> isDone(task, run));
  }

  private void run(StoryTask task, Runnable run) {
    surroundings.threads().run(task.kind(), run);
  }

  private boolean isDone(StoryTask task, Runnable run) {
    try {
      run.run();
      return true;
    } catch (LongtakeException e) { // Its sentence says it all.
      if (!Thread.currentThread().isInterrupted()) { // Else the coordinator is being stopped.
        log.warn("story={} {} failed: {}", storyId, task.title(), e.getMessage());
      }
      return false;
    } catch (RuntimeException e) {
      log.warn("story={} {} failed", storyId, task.title(), e);
      return false;
    }
  }

  /** Has something done after a pause, unless the process ends meanwhile. */
  static void later(ActorSystem<?> system, Duration pause, Runnable task) {
    try {
      system.scheduler().scheduleOnce(pause, task, system.executionContext());
    } catch (IllegalStateException e) { // The next coordinator asks for it again.
      log.debug("the coordinator stops: {}", e.getMessage());
    }
  }
}
