package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryEvent.KnownShot;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryTask;
import dev.longtake.coordinator.story.StoryTask.AssembleFilm;
import dev.longtake.coordinator.story.StoryTask.BeginAnew;
import dev.longtake.coordinator.story.StoryTask.FindKnown;
import dev.longtake.coordinator.story.StoryTask.ForgetPassed;
import dev.longtake.coordinator.story.StoryTask.ForgetShot;
import dev.longtake.coordinator.story.StoryTask.JoinShot;
import dev.longtake.coordinator.story.StoryTask.RememberShot;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Story;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries a story's tasks out on threads that may wait, and says how they ended. */
final class TaskRunner {

  private static final Logger log = LoggerFactory.getLogger(TaskRunner.class);

  private final String storyId;
  private final StoryWork work;
  private final Executor executor;
  private final Consumer<TaskEnded> onEnd;
  private final BooleanSupplier hasEnded;

  /**
   * A runner of one story's tasks.
   *
   * @param onEnd told on any thread
   * @param hasEnded asked on any thread: whether the story has, so that a film is of no use
   */
  TaskRunner(
      String storyId,
      StoryWork work,
      Executor executor,
      Consumer<TaskEnded> onEnd,
      BooleanSupplier hasEnded) {
    this.storyId = storyId;
    this.work = work;
    this.executor = executor;
    this.onEnd = onEnd;
    this.hasEnded = hasEnded;
  }

  void start(StoryTask task, StoryProgress story) {
    switch (task) {
      case FindKnown find -> start(task, () -> find(find, story.story()));
      case JoinShot join ->
          start(task, () -> new TaskEnded.Joined(join, work.joinShot(join.shot())));
      case AssembleFilm film ->
          start(
              task, () -> new TaskEnded.Assembled(film, work.assembleFilm(film.story(), hasEnded)));
      case RememberShot(var shot) -> inBackground(task, () -> work.rememberShot(shot));
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

  private TaskEnded find(FindKnown find, Story story) {
    StoryPlan plan = StoryPlan.of(storyId, story, find.model(), find.engineClass());
    List<KnownShot> known = work.findKnown(plan);
    work.requireRoom(plan, known);
    return new TaskEnded.Found(find, known);
  }

  /** A task that the story cannot do without. */
  private void start(StoryTask task, Supplier<TaskEnded> result) {
    executor.execute(
        () -> {
          TaskEnded end;
          try {
            end = result.get();
          } catch (Throwable broken) { // An error too, such as want of memory, ends the story.
            end = new TaskEnded.Broke(task, broken);
          }
          onEnd.accept(end);
        });
  }

  private interface Ending {
    TaskEnded of(boolean isDone);
  }

  private void drop(StoryTask task, Runnable drop, Ending ending) {
    executor.execute(() -> onEnd.accept(ending.of(isDone(task, drop))));
  }

  /** A task whose failure costs nothing but a note. */
  private void inBackground(StoryTask task, Runnable run) {
    executor.execute(() -> isDone(task, run));
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
}
