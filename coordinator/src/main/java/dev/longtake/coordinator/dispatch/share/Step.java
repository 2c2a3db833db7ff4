package dev.longtake.coordinator.dispatch.share;

import dev.longtake.coordinator.dispatch.StoryDemand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What is next of a tenant's stories. */
public sealed interface Step {

  /** What holds others up. */
  record GoOn(StoryDemand story) implements Step {}

  /** A shot that nobody has begun. */
  record Begin(StoryDemand story, StoryDemand.Shot shot) implements Step {}

  /** All steps of a story, in the order in which they are taken. */
  static List<Step> of(StoryDemand story) {
    List<Step> steps = new ArrayList<>();
    steps.add(new GoOn(story));
    story.shots().stream()
        .filter(StoryDemand.Shot::isNew)
        .forEach(shot -> steps.add(new Begin(story, shot)));
    return steps;
  }

  /** The shots that nobody has begun among these. */
  static NewShots begins(Collection<Step> steps) {
    NewShots shots = NewShots.NONE;
    for (Step step : steps) {
      if (step instanceof Begin begin) {
        shots = shots.plus(begin.shot().chunks().size());
      }
    }
    return shots;
  }
}
