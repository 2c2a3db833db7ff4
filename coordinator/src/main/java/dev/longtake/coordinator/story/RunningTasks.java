package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryTask.AssembleFilm;
import dev.longtake.coordinator.story.StoryTask.BeginAnew;
import dev.longtake.coordinator.story.StoryTask.CutClip;
import dev.longtake.coordinator.story.StoryTask.FindCheckpoints;
import dev.longtake.coordinator.story.StoryTask.FindKnown;
import dev.longtake.coordinator.story.StoryTask.ForgetPassed;
import dev.longtake.coordinator.story.StoryTask.ForgetShot;
import dev.longtake.coordinator.story.StoryTask.JoinShot;
import dev.longtake.coordinator.story.StoryTask.RememberShot;
import dev.longtake.plan.ModelCard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is being done for a story at this moment, and which tasks follow from a change. Pure: each
 * function gives the next value and the tasks to start.
 *
 * <p>Nothing of it is journaled. What is asked for follows from where the story stands, so what was
 * interrupted is asked for again after a restart, and a task that runs is not asked for twice.
 *
 * @param isPlanning whether shots rendered before are looked for
 * @param joining shots whose latents are being joined
 * @param cutting shots whose clips are being encoded
 * @param isAssembling whether the film is being made
 * @param dropping shots of which the latent store drops something; one thing at a time, because
 *     what is dropped late would take slabs of a new beginning along
 * @param forgetting shots of which the latent store drops everything
 */
public record RunningTasks(
    boolean isPlanning,
    Set<Integer> joining,
    Set<Integer> cutting,
    boolean isAssembling,
    Set<Integer> dropping,
    Set<Integer> forgetting) {

  /** Nothing runs. */
  public static final RunningTasks NONE =
      new RunningTasks(false, Set.of(), Set.of(), false, Set.of(), Set.of());

  public RunningTasks {
    joining = Set.copyOf(joining);
    cutting = Set.copyOf(cutting);
    dropping = Set.copyOf(dropping);
    forgetting = Set.copyOf(forgetting);
  }

  /** What runs from now on, and what of it is to be started. */
  public record Next(RunningTasks running, List<StoryTask> tasks) {
    public Next {
      tasks = List.copyOf(tasks);
    }
  }

  /** Workers of this kind could render the story. */
  public Next choose(StoryProgress story, ModelCard model, String engineClass) {
    if (isPlanning || !story.isOpen() || story.plan().isPresent()) {
      return new Next(this, List.of());
    }
    return new Next(
        new RunningTasks(true, joining, cutting, isAssembling, dropping, forgetting),
        List.of(new FindKnown(model, engineClass)));
  }

  /** The process was started anew, or the story was asked for again. */
  public Next resume(StoryProgress story) {
    if (!story.isOpen()) {
      return forget(unjoined(story));
    }
    // The process may have ended before they were remembered.
    return new Next(this, toRemember(story.shots().stream().filter(ShotProgress::isDone).toList()));
  }

  /** These events made the one state the other. */
  public Next change(StoryProgress before, StoryProgress after, List<StoryEvent> events) {
    List<ForgetShot> forgets = new ArrayList<>();
    for (StoryEvent event : events) {
      if (event instanceof ShotJoined joined) {
        forgets.add(new ForgetShot(joined.shotIndex()));
      }
    }
    if (!after.isOpen()) {
      forgets.addAll(before.isOpen() ? unjoined(after) : List.of());
      return forget(forgets);
    }
    List<StoryTask> tasks = new ArrayList<>(forgets);
    List<JoinShot> joins = toJoin(after);
    tasks.addAll(joins);
    tasks.addAll(toRemember(after.shotsDoneSince(before)));
    List<CutClip> cuts = toCut(after);
    tasks.addAll(cuts);
    boolean assembles = after.isToBeAssembled() && !isAssembling;
    if (assembles) {
      tasks.add(new AssembleFilm(after));
    }
    Set<Integer> joiningNow = new HashSet<>(joining);
    joins.forEach(join -> joiningNow.add(join.shot().plan().shotIndex()));
    Set<Integer> cuttingNow = new HashSet<>(cutting);
    cuts.forEach(cut -> cuttingNow.add(cut.shot().plan().shotIndex()));
    return new Next(
        new RunningTasks(
            isPlanning,
            joiningNow,
            cuttingNow,
            isAssembling || assembles,
            dropping,
            forget(forgets).running().forgetting()),
        tasks);
  }

  private Next forget(List<ForgetShot> forgets) {
    Set<Integer> forgettingNow = new HashSet<>(forgetting);
    forgets.forEach(forget -> forgettingNow.add(forget.shotIndex()));
    return new Next(
        new RunningTasks(isPlanning, joining, cutting, isAssembling, dropping, forgettingNow),
        List.copyOf(forgets));
  }

  /**
   * Whether the latent store drops something of the story: a story that has ended may not begin
   * anew until it is rid of all.
   */
  public boolean isClearing() {
    return !dropping.isEmpty() || !forgetting.isEmpty();
  }

  private List<JoinShot> toJoin(StoryProgress story) {
    return story.shots().stream()
        .filter(shot -> shot.isToBeJoined() && !joining.contains(shot.plan().shotIndex()))
        .map(JoinShot::new)
        .toList();
  }

  private List<CutClip> toCut(StoryProgress story) {
    return story.shots().stream()
        .filter(shot -> shot.isToBeCut() && !cutting.contains(shot.plan().shotIndex()))
        .map(CutClip::new)
        .toList();
  }

  private static List<StoryTask> toRemember(List<ShotProgress> done) {
    return done.stream().filter(shot -> !shot.reused()).<StoryTask>map(RememberShot::new).toList();
  }

  private static List<ForgetShot> unjoined(StoryProgress story) {
    return story.shots().stream()
        .filter(shot -> shot.latents().isEmpty())
        .map(shot -> new ForgetShot(shot.plan().shotIndex()))
        .toList();
  }

  /** Whether nothing of this shot is being dropped, so that something may be. */
  public boolean mayDrop(int shotIndex) {
    return !dropping.contains(shotIndex);
  }

  /** A shot's chunks are past these. */
  public Next forget(int shotIndex, List<CheckpointSteps.Passed> passed) {
    return passed.isEmpty() || !mayDrop(shotIndex)
        ? new Next(this, List.of())
        : drop(shotIndex, new ForgetPassed(shotIndex, passed));
  }

  /**
   * A worker cannot go on from a checkpoint. While something of the shot is being dropped nothing
   * follows: the worker repeats itself until it is heard.
   */
  public Next beginAnew(int shotIndex) {
    return mayDrop(shotIndex)
        ? drop(shotIndex, new BeginAnew(shotIndex))
        : new Next(this, List.of());
  }

  private Next drop(int shotIndex, StoryTask task) {
    Set<Integer> droppingNow = new HashSet<>(dropping);
    droppingNow.add(shotIndex);
    return new Next(
        new RunningTasks(isPlanning, joining, cutting, isAssembling, droppingNow, forgetting),
        List.of(task));
  }

  /** A task has come to its end, whichever. */
  public RunningTasks ended(StoryTask task) {
    return switch (task) {
      case FindKnown find ->
          new RunningTasks(false, joining, cutting, isAssembling, dropping, forgetting);
      case JoinShot(ShotProgress shot) ->
          new RunningTasks(
              isPlanning,
              without(joining, shot.plan().shotIndex()),
              cutting,
              isAssembling,
              dropping,
              forgetting);
      case CutClip(ShotProgress shot) ->
          new RunningTasks(
              isPlanning,
              joining,
              without(cutting, shot.plan().shotIndex()),
              isAssembling,
              dropping,
              forgetting);
      case AssembleFilm assemble ->
          new RunningTasks(isPlanning, joining, cutting, false, dropping, forgetting);
      case ForgetPassed forget -> dropped(forget.shotIndex());
      case BeginAnew begin -> dropped(begin.shotIndex());
      case FindCheckpoints find -> this;
      case RememberShot remember -> this;
      case ForgetShot forget ->
          new RunningTasks(
              isPlanning,
              joining,
              cutting,
              isAssembling,
              dropping,
              without(forgetting, forget.shotIndex()));
    };
  }

  private RunningTasks dropped(int shotIndex) {
    return new RunningTasks(
        isPlanning, joining, cutting, isAssembling, without(dropping, shotIndex), forgetting);
  }

  private static Set<Integer> without(Set<Integer> shots, int shotIndex) {
    Set<Integer> rest = new HashSet<>(shots);
    rest.remove(shotIndex);
    return rest;
  }
}
