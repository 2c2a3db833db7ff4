package dev.longtake.coordinator.journal;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The stories and the model of the golden files: never changed, see {@link JournalSamples}. */
final class GoldenStories {

  private static final FrameSize SIZE = new FrameSize(32, 32);

  static final ModelCard MODEL =
      new ModelCard(
          new ModelCard.Identity("test", "1", Digest.ofText("model test")),
          new LatentGeometry(2, 8, 4, 1, 1),
          new ModelCard.FrameDefaults(SIZE, 8),
          new Sampling(3, 1.0, 3.0, Solver.EULER, 0),
          new ModelCard.Conditioning(32, 3, ""),
          new ChunkPolicy(6, 2),
          new SegmentPolicy(4, 2),
          1 << 20);

  private GoldenStories() {}

  static Story plain() {
    return plain(
        7, List.of(new Transition.Cut(), new Transition.Dissolve(3)), RenderSettings.DEFAULT);
  }

  static Story withSettings() {
    return plain(
        -1,
        List.of(new Transition.Fade(2, 0xFFFFFF), new Transition.Dissolve(3)),
        new RenderSettings(
            new SamplingOverrides(
                OptionalInt.of(4), OptionalDouble.empty(), OptionalDouble.of(2.5)),
            true));
  }

  static Story withFreshNoise() {
    return plain(
        7,
        List.of(new Transition.Cut(), new Transition.Dissolve(3)),
        new RenderSettings(
            new SamplingOverrides(
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.of(0.75)),
            false));
  }

  private static Story plain(long seed, List<Transition> transitions, RenderSettings settings) {
    World world =
        new World(
            "Plain",
            List.of(
                new Reference(
                    "rosie",
                    "a rhino",
                    List.of(new Picture("rosie.png", Digest.ofText("a picture"), 32, 32)))),
            List.of(),
            List.of(reference("park")),
            List.of());
    List<Shot> shots = List.of(walk(0, 57), walk(1, 9), walk(2, 33));
    return new Story("rosie", world, SIZE, FrameRate.of(8), seed, shots, transitions, settings);
  }

  private static Shot walk(int index, int frameCount) {
    return new Shot(
        "shot-" + index,
        "park",
        List.of("rosie"),
        List.of(),
        List.of(),
        ShotText.of("rosie walks"),
        frameCount,
        Camera.STATIC,
        index);
  }

  /** A story of one shot that says what is not to be seen. */
  static Story withNegativePrompt() {
    Shot shot =
        new Shot(
            "one",
            "park",
            List.of(),
            List.of(),
            List.of(),
            new ShotText("an empty park", Optional.of("people")),
            9,
            Camera.STATIC,
            5);
    World world = new World("Empty", List.of(), List.of(), List.of(reference("park")), List.of());
    return new Story(
        "empty", world, SIZE, FrameRate.of(8), 7, List.of(shot), List.of(), RenderSettings.DEFAULT);
  }

  /** A story with something in every list, and references that no shot names. */
  static Story full() {
    var picture = new Picture("ball.png", Digest.ofText("x"), 64, 48);
    World world =
        new World(
            "Full",
            List.of(reference("rosie"), reference("ella", picture, picture)),
            List.of(reference("ball", picture)),
            List.of(reference("park"), reference("lake")),
            List.of(reference("ink")));
    Shot shot =
        new Shot(
            "one",
            "park",
            List.of("rosie"),
            List.of("ball"),
            List.of("ink"),
            ShotText.of("rosie rolls the ball"),
            33,
            Camera.STATIC,
            5);
    return new Story(
        "full", world, SIZE, FrameRate.of(8), 7, List.of(shot), List.of(), RenderSettings.DEFAULT);
  }

  private static Reference reference(String id, Picture... pictures) {
    return new Reference(id, "a " + id, List.of(pictures));
  }
}
