package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.WorkState.Done;
import dev.longtake.coordinator.story.WorkState.Leased;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a worker that is well gives its chunks to others: at a step boundary, from checkpoints that
 * all of them have kept, so that a step of each is done again at most. Pure, as {@link StoryRules}.
 *
 * <p><b>Why it ends.</b> Chunks move only if they have come from one checkpoint to a later one
 * since they were leased. So no chunk moves more often than it has checkpoints, whatever is wished
 * for.
 */
public final class MoveRules {

  /** Why chunks are to go elsewhere. */
  public enum Why {
    /** Their worker takes nothing new, and others have nothing to do. */
    DRAINS,
    /** Their worker holds several of a shot, and others have nothing to do. */
    SPREAD,
    /** Their shot waits for their worker, and others have nothing to do. */
    SLOW
  }

  /** Steps done since the newest checkpoint, which are done again elsewhere. */
  private static final int STEPS_AGAIN_MAX = 1;

  /** Less than this part of the steps is not worth the way to another worker. */
  private static final int SPREAD_PERCENT_MIN = 25;

  private static final int DRAIN_PERCENT_MIN = 10;

  /** What it is worth is known there, from how long steps take. */
  private static final int SLOW_PERCENT_MIN = 0;

  private MoveRules() {}

  /** Takes from a worker what can move now; empty if that is nothing. */
  public static List<StoryEvent> move(
      StoryProgress story,
      WorkerKey worker,
      Why why,
      StepCounts steps,
      CheckpointSteps checkpoints) {
    List<StoryEvent> events = new ArrayList<>();
    if (!story.isOpen()) {
      return events;
    }
    for (ShotProgress shot : story.shots()) {
      List<Integer> chunks = shot.chunksToRestart(worker);
      if (chunks.size() >= (why == Why.SPREAD ? 2 : 1)
          && chunks.stream().allMatch(index -> mayMove(shot, index, why, steps, checkpoints))) {
        StoryRules.addChunks(events, shot, chunks, Optional.empty(), checkpoints);
      }
    }
    return events;
  }

  /**
   * Takes from a worker what it holds of a shot, if all of it can move now; empty if not. Others
   * get it, as long as there are any.
   */
  public static List<StoryEvent> moveSlow(
      ShotProgress shot, WorkerKey worker, StepCounts steps, CheckpointSteps checkpoints) {
    List<StoryEvent> events = new ArrayList<>();
    List<Integer> chunks = shot.chunksToRestart(worker);
    if (chunks.stream().allMatch(index -> mayMove(shot, index, Why.SLOW, steps, checkpoints))) {
      StoryRules.addChunks(events, shot, chunks, Optional.of(worker), checkpoints);
    }
    return events;
  }

  private static boolean mayMove(
      ShotProgress shot, int index, Why why, StepCounts steps, CheckpointSteps checkpoints) {
    int floor = checkpoints.floor(shot, index);
    int stepCount = shot.plan().inputs().sampling().stepCount();
    int percentMin =
        switch (why) {
          case DRAINS -> DRAIN_PERCENT_MIN;
          case SPREAD -> SPREAD_PERCENT_MIN;
          case SLOW -> SLOW_PERCENT_MIN;
        };
    return switch (shot.chunks().get(index)) {
      case Leased leased ->
          floor > leased.resumeStep()
              && steps.stepsDone(shot, index) - floor <= STEPS_AGAIN_MAX
              && (stepCount - floor) * 100 >= stepCount * percentMin;
      case WorkState.Waiting waiting -> false;
      case Done done -> false; // Done with it; the others are nearly so.
    };
  }
}
