package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A story as it stands, steps of running chunks included.
 *
 * @param stepsDone per shot, denoise steps over all its chunks
 * @param stepsKept per shot, how many of them would not be repeated if every worker were lost now
 */
public record StoryView(StoryProgress progress, List<Integer> stepsDone, List<Integer> stepsKept) {

  public StoryView {
    requireNonNull(progress, "progress");
    stepsDone = List.copyOf(stepsDone);
    stepsKept = List.copyOf(stepsKept);
  }

  /** How the story stands, with what is counted but not journaled. */
  public static StoryView of(
      StoryProgress progress, StepCounts steps, CheckpointSteps checkpoints) {
    return new StoryView(
        progress,
        progress.shots().stream().map(steps::stepsDone).toList(),
        progress.shots().stream().map(checkpoints::stepsKept).toList());
  }
}
