package dev.longtake.testing;

import dev.longtake.digest.Digest;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Solver;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import dev.longtake.story.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Small stories for tests, and small models that render them. */
public final class TestStories {

  public static final String ENGINE_CLASS = "test-f32-1";

  /** Frames of the stories of {@link #story(String, int...)}. */
  public static final FrameSize SIZE = new FrameSize(32, 32);

  /** Chunks of six latent frames that share two, segments of four; three unguided steps. */
  public static final ModelCard MODEL =
      TestModel.named("test")
          .geometry(new LatentGeometry(2, 8, 4, 1, 1))
          .size(SIZE)
          .sampling(new Sampling(3, 1.0, 3.0, Solver.EULER, 0))
          .conditioning(new ModelCard.Conditioning(32, 3, ""))
          .chunks(new ChunkPolicy(6, 2))
          .card();

  private static final byte[] PICTURE = TestPictures.picture("png", 32, 32, 0x996633);

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
        FrameRate.of(8),
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
        ShotText.of("an animal walks."),
        frameCount,
        Camera.PAN_LEFT,
        id.hashCode());
  }

  /** A model for that story: chunks of 9 latent frames that share 3. */
  public static ModelCard model() {
    return TestModel.named("toybox").card();
  }

  /**
   * A story of shots with these frame counts, all of one character in one place, by turns cut and
   * dissolved into each other; 57 frames make four chunks of {@link #MODEL}.
   */
  public static Story story(String name, int... frameCounts) {
    List<Transition> transitions = new ArrayList<>();
    for (int i = 1; i < frameCounts.length; i++) {
      transitions.add(i % 2 == 1 ? new Transition.Cut() : new Transition.Dissolve(3));
    }
    return story(name, SIZE, transitions, frameCounts);
  }

  /** The same with frames of this size and these transitions. */
  public static Story story(
      String name, FrameSize size, List<Transition> transitions, int... frameCounts) {
    List<Shot> shots = new ArrayList<>();
    for (int i = 0; i < frameCounts.length; i++) {
      shots.add(plain(i, "park", List.of("rosie"), name + " walks", frameCounts[i]));
    }
    World world =
        new World(
            "Plain",
            List.of(new Reference("rosie", "a rhino", List.of(picture()))),
            List.of(),
            List.of(new Reference("park", "a park", List.of())),
            List.of());
    return new Story(
        name, world, size, FrameRate.of(8), 7, shots, transitions, RenderSettings.DEFAULT);
  }

  /** A story of one shot with this many characters, each with a picture. */
  public static Story crowd(int characterCount) {
    List<Reference> characters =
        IntStream.range(0, characterCount)
            .mapToObj(i -> new Reference("walker-" + i, "a walker", List.of(picture())))
            .toList();
    List<String> cast = characters.stream().map(Reference::id).toList();
    return new Story(
        "crowd",
        new World("Plain", characters, List.of(), List.of(), List.of()),
        SIZE,
        FrameRate.of(8),
        7,
        List.of(plain(0, "", cast, "a crowd walks", 9)),
        List.of(),
        RenderSettings.DEFAULT);
  }

  private static Shot plain(
      int index, String scene, List<String> cast, String prompt, int frameCount) {
    return new Shot(
        "shot-" + index,
        scene,
        cast,
        List.of(),
        List.of(),
        ShotText.of(prompt),
        frameCount,
        Camera.STATIC,
        index);
  }

  private static Picture picture() {
    return new Picture("rosie.png", Digest.of(PICTURE), 32, 32);
  }

  /** The pictures that go with every story but {@link #story()}. */
  public static Map<Digest, byte[]> pictures() {
    return Map.of(Digest.of(PICTURE), PICTURE);
  }
}
