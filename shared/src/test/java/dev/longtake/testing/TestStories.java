package dev.longtake.testing;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Shot;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import java.util.List;
import java.util.stream.IntStream;

/** A small story and a small model for tests. */
public final class TestStories {

  private TestStories() {}

  /** A world of two characters, a prop, two scenes and a style. */
  public static World world() {
    return new World(
        "New York",
        List.of(reference("rosie", 2), reference("leo", 1)),
        List.of(reference("ball", 1)),
        List.of(reference("park", 1), reference("square", 3)),
        List.of(new Reference("paper", "cut from paper.", List.of())));
  }

  private static Reference reference(String id, int pictureCount) {
    List<Picture> pictures =
        IntStream.range(0, pictureCount)
            .mapToObj(i -> new Picture(id + i + ".png", Digest.ofText(id + i), 64, 48))
            .toList();
    return new Reference(id, "a " + id, pictures);
  }

  /** Three shots of 48, 64 and 20 frames with a dissolve and a fade between them. */
  public static Story story() {
    return new Story(
        "Zoo",
        world(),
        new FrameSize(64, 48),
        8,
        7,
        List.of(
            shot("first", "park", List.of("rosie"), 48),
            shot("second", "square", List.of("leo", "rosie"), 64),
            shot("third", "", List.of(), 20)),
        List.of(new Transition.Dissolve(4), new Transition.Fade(5, 0x102030)),
        RenderSettings.DEFAULT);
  }

  /** A shot of that story's world. */
  public static Shot shot(String id, String scene, List<String> cast, int frameCount) {
    return new Shot(
        id,
        scene,
        cast,
        List.of(),
        List.of("paper"),
        "an animal walks.",
        frameCount,
        Camera.PAN_LEFT,
        id.hashCode());
  }

  /** A model with chunks of 9 latent frames that share 3. */
  public static ModelCard model() {
    return new ModelCard(
        "toybox",
        "0",
        Digest.ofText("toybox"),
        16,
        8,
        4,
        2,
        2,
        new FrameSize(64, 48),
        8,
        12,
        3.5,
        2.0,
        Solver.UNIPC,
        64,
        new ChunkPolicy(9, 3),
        new SegmentPolicy(4, 2),
        4,
        "blurred",
        1 << 20);
  }
}
