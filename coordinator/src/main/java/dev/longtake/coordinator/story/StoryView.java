package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A story as it stands, steps of running chunks included.
 *
 * @param stepsDone per shot, denoise steps over all its chunks
 */
public record StoryView(StoryProgress progress, List<Integer> stepsDone) {

  public StoryView {
    requireNonNull(progress, "progress");
    stepsDone = List.copyOf(stepsDone);
  }

  static StoryView of(StoryProgress progress, StepCounts steps) {
    return new StoryView(progress, progress.shots().stream().map(steps::stepsDone).toList());
  }
}
