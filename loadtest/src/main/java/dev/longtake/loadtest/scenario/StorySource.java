package dev.longtake.loadtest.scenario;

import dev.longtake.plan.StoryPlan;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The stories of a run: each shot has a seed of its own, so that nothing is found in the index of
 * finished shots. The same seed gives the same stories.
 */
public final class StorySource {

  private static final World WORLD =
      new World("nowhere", List.of(), List.of(), List.of(), List.of());

  private final SplittableRandom random;

  /** Stories by chance. */
  public StorySource(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The next story. */
  public Story next(String name, StoryShape shape) {
    List<Shot> shots = new ArrayList<>();
    List<Transition> transitions = new ArrayList<>();
    for (int i = 0; i < shape.shotCount(); i++) {
      shots.add(
          new Shot(
              "shot-" + i,
              "",
              List.of(),
              List.of(),
              List.of(),
              ShotText.of("nothing is to be seen"),
              shape.frameCount(),
              Camera.STATIC,
              random.nextLong()));
      if (i > 0) {
        transitions.add(new Transition.Cut());
      }
    }
    return new Story(
        name,
        WORLD,
        SimulatedModel.SIZE,
        FrameRate.of(shape.frameRateHz()),
        random.nextLong(),
        shots,
        transitions,
        RenderSettings.DEFAULT);
  }

  /** How a coordinator has to plan a story of this run. */
  public static StoryPlan plan(Story story) {
    return StoryPlan.of(story, SimulatedModel.CARD, SimulatedModel.ENGINE_CLASS);
  }
}
