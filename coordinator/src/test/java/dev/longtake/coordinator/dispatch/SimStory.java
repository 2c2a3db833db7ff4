package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.LossRules;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.RunningTasks;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.StoryRules.Decision;
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
import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.moves.Moved;
import dev.longtake.coordinator.story.moves.Relief;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.status.FilmFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** A story's actor at one coordinator: the same rules in the same order, without Pekko. */
final class SimStory {

  private static final long YIELD = 15_000;
  private static final long STILL = 300_000;

  private final SimFarm farm;
  private final SimNode node;
  private final String storyId;
  private final CheckpointSteps checkpoints = new CheckpointSteps();
  private final StepCounts steps = new StepCounts();
  private final Relief relief;
  private RunningTasks running = RunningTasks.NONE;
  private StoryProgress story;
  private boolean hasBegun;
  private boolean isLost;

  /** Reads the story from the journal, and goes on with it. */
  SimStory(SimFarm farm, SimNode node, String storyId) {
    this.farm = farm;
    this.node = node;
    this.storyId = storyId;
    this.relief = new Relief(farm.slowness(), steps, checkpoints);
    this.story = farm.journal().replay(storyId).orElseThrow();
    recover();
    look(story.eventCount());
  }

  /** Asks the journal whose the story is, now and then, if nothing has happened. */
  private void look(long before) {
    node.after(
        STILL,
        () -> {
          if (isLost || !story.isOpen()) {
            return;
          }
          if (story.eventCount() == before) {
            keep(List.of(new StoryClaimed(node.name(), before + 1)));
          }
          look(story.eventCount());
        });
  }

  private void recover() {
    story = farm.journal().replay(storyId).orElseThrow();
    boolean isMine = story.mark().writer().filter(node.name()::equals).isPresent();
    if (hasBegun && !isMine) {
      isLost = true;
      node.left(storyId);
      node.after(YIELD, () -> node.stop(storyId, this));
      return;
    }
    hasBegun = true;
    checkpoints.found(farm.store().archived(storyId));
    start(running.resume(story));
    if (story.isOpen()) {
      List<StoryEvent> events = new ArrayList<>();
      if (!isMine) {
        events.add(new StoryClaimed(node.name(), story.eventCount() + 1));
      }
      events.addAll(StoryRules.resume(story, checkpoints));
      if (events.isEmpty()) { // What is asked for is started all the same, as the actor does.
        start(running.change(story, story, events));
      }
      keep(events);
      restate();
    }
  }

  /** Whatever still comes is for nobody. */
  void stop() {
    isLost = true;
  }

  void restate() {
    if (!isLost) {
      tell();
    }
  }

  void plan(ModelCard model, String engineClass) {
    if (!isLost) {
      start(running.choose(story, model, engineClass));
    }
  }

  void lease(Assignment.Lease lease, BiConsumer<Boolean, Long> answer) {
    if (isLost) {
      return;
    }
    Decision<Boolean> decision =
        story.plan().isPresent()
            ? StoryRules.lease(story, lease.shotIndex(), lease.kind(), lease.grants())
            : new Decision<>(List.of(), false);
    if (keep(decision.events())) {
      answer.accept(decision.outcome(), story.eventCount());
    }
  }

  void hear(WorkerKey worker, Report report) {
    if (isLost || !story.isOpen() || story.plan().isEmpty()) {
      return;
    }
    if (ReportRules.asksForFreshStart(story, worker, report)) {
      start(running.beginAnew(report.lease().shotIndex()));
      return;
    }
    take(worker, report);
  }

  private void take(WorkerKey worker, Report report) {
    var decision = farm.rules().report(story, worker, report, checkpoints);
    if (decision.outcome() == ReportOutcome.ACCEPTED
        && report.progress() instanceof Report.Running doing) {
      steps.note(report.lease(), doing.stepsDone(), doing.waiting());
      relief.note(story, worker, report.lease(), doing);
    }
    if (!decision.events().isEmpty()) {
      farm.checker().believed(worker, report);
    }
    keep(decision.events());
  }

  void checkpointTaken(LeaseToken chunk, int step, CheckpointNews news) {
    if (!isLost && story.isOpen() && story.plan().isPresent()) {
      farm.rules().note(checkpoints, story, chunk, step, news);
      forgetPassed();
      move();
    }
  }

  void move(WorkerKey worker, MoveRules.Why why) {
    if (!isLost && story.isOpen() && story.plan().isPresent()) {
      relief.wish(worker, why, now());
      keep(farm.checker().moved(story, farm.rules().movesAtOnce(story, worker, checkpoints)));
      move();
    }
  }

  void offer(List<WorkerKey> idle) {
    if (!isLost && story.isOpen() && story.plan().isPresent()) {
      relief.offer(idle, now());
      move();
    }
  }

  private void move() {
    relief
        .due(story, now())
        .ifPresent(
            (Moved moved) -> {
              farm.checker().counted(moved);
              keep(farm.checker().moved(story, moved.events()));
            });
  }

  private Instant now() {
    return Instant.ofEpochMilli(farm.clock().now());
  }

  void release(WorkerKey worker, boolean died) {
    if (!isLost && story.isOpen()) {
      keep(
          died
              ? LossRules.lost(story, worker, checkpoints, FailurePolicy.DEFAULT, Instant.EPOCH)
              : StoryRules.release(story, worker, checkpoints));
    }
  }

  /** Writes events and does what follows; false if nothing does. */
  private boolean keep(List<StoryEvent> events) {
    if (events.isEmpty()) {
      return true;
    }
    if (!farm.journal().append(storyId, story.eventCount(), events)) {
      recover();
      return false;
    }
    StoryProgress before = story;
    for (StoryEvent event : events) {
      story = story.apply(event);
    }
    if (farm.faults().isTorn(node)) {
      return false; // It is written, and nobody hears of it.
    }
    start(running.change(before, story, events));
    forgetPassed();
    tell();
    return true;
  }

  private void tell() {
    if (story.isOpen()) {
      node.wants(StoryDemand.of(story, story.eventCount(), farm.checkpointPolicy(), relief.slow()));
    } else {
      farm.checker().ended(story);
      node.ended(storyId, story.eventCount());
    }
  }

  private void forgetPassed() {
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      if (running.mayDrop(i)) {
        start(running.forget(i, farm.rules().passed(checkpoints, story.shots().get(i))));
      }
    }
  }

  private void start(RunningTasks.Next next) {
    running = next.running();
    next.tasks().forEach(this::start);
  }

  private void start(StoryTask task) {
    long begins = farm.between(1, 20);
    long takes = farm.between(1, 200);
    switch (task) {
      case ForgetPassed(int shot, var passed) ->
          drop(task, begins, () -> farm.store().drop(storyId, shot, passed));
      case ForgetShot(int shot) -> drop(task, begins, () -> farm.store().dropAll(storyId, shot));
      case BeginAnew begin ->
          drop(task, begins, () -> farm.store().dropAll(storyId, begin.shotIndex()));
      case FindKnown _, FindCheckpoints _, JoinShot _, CutClip _, AssembleFilm _, RememberShot _ ->
          node.after(takes, () -> end(task));
    }
  }

  /**
   * Once it is on its way it happens, whatever becomes of who has asked; but a coordinator that has
   * stood still waits before it removes anything, and then removes nothing of a story that has left
   * it meanwhile.
   */
  private void drop(StoryTask task, long begins, Runnable what) {
    node.after(
        begins,
        () -> {
          if (isLost) {
            return; // Whoever has the story now may have begun anew.
          }
          long doubt = node.doubt();
          if (doubt > 0) {
            drop(task, doubt, what);
            return;
          }
          farm.clock()
              .after(
                  farm.between(1, 100),
                  () -> {
                    what.run();
                    node.after(1, () -> end(task));
                  });
        });
  }

  private void end(StoryTask task) {
    running = running.ended(task);
    if (isLost || !story.isOpen()) {
      return;
    }
    switch (task) {
      case FindKnown(ModelCard model, String engineClass) ->
          keep(StoryRules.plan(story, model, engineClass, List.of()));
      case JoinShot(ShotProgress shot) ->
          keep(
              StoryRules.joined(
                  story,
                  shot.plan().shotIndex(),
                  SimModel.joined(
                      shot.chunks().stream().map(chunk -> ((Done) chunk).artifact()).toList())));
      case AssembleFilm assemble -> keep(StoryRules.assembled(story, List.of(), Instant.EPOCH));
      case ForgetPassed _, ForgetShot _ -> forgetPassed();
      case BeginAnew(int shotIndex) -> {
        checkpoints.forget(shotIndex);
        keep(ReportRules.begunAnew(story, shotIndex));
      }
      case CutClip(ShotProgress shot) ->
          keep(
              StoryRules.cut(
                  story,
                  shot.plan().shotIndex(),
                  new FilmFile("shots/clip.mp4", Digest.ofText("clip"), 1)));
      case RememberShot _, FindCheckpoints _ -> {}
    }
  }

  /** What is written is what is known here, unless somebody else has written since. */
  void check() {
    StoryProgress replayed = farm.journal().replay(storyId).orElseThrow();
    if (!isLost && replayed.mark().writer().filter(node.name()::equals).isPresent()) {
      farm.checker().lives(story, replayed);
    }
  }
}
