package dev.longtake.coordinator;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Small stories, and a model that makes a few chunks of each shot. */
public final class TestStories {

  public static final FrameSize SIZE = new FrameSize(32, 32);
  public static final String ENGINE_CLASS = "test-f32-1";

  /** Chunks of six latent frames that share two; segments of four. */
  public static final ModelCard MODEL =
      new ModelCard(
          "test",
          "1",
          Digest.ofText("model"),
          2,
          8,
          4,
          1,
          1,
          SIZE,
          8,
          3,
          1.0,
          3.0,
          Solver.EULER,
          32,
          new ChunkPolicy(6, 2),
          new SegmentPolicy(4, 2),
          3,
          "",
          0);

  private static final byte[] PICTURE = "a picture".getBytes(StandardCharsets.UTF_8);

  private TestStories() {}

  /** A story of shots with these frame counts, cut together; 57 frames make four chunks. */
  public static Story story(String name, int... frameCounts) {
    List<Shot> shots = new ArrayList<>();
    List<Transition> transitions = new ArrayList<>();
    for (int i = 0; i < frameCounts.length; i++) {
      if (i > 0) {
        transitions.add(i % 2 == 1 ? new Transition.Cut() : new Transition.Dissolve(3));
      }
      shots.add(
          new Shot(
              "shot-" + i,
              "park",
              List.of("rosie"),
              List.of(),
              List.of(),
              name + " walks",
              frameCounts[i],
              Camera.STATIC,
              i));
    }
    Picture picture = new Picture("rosie.png", Digest.of(PICTURE), 32, 32);
    World world =
        new World(
            "Plain",
            List.of(new Reference("rosie", "a rhino", List.of(picture))),
            List.of(),
            List.of(new Reference("park", "a park", List.of())),
            List.of());
    return new Story(name, world, SIZE, 8, 7, shots, transitions, RenderSettings.DEFAULT);
  }

  /** A story of one shot with this many characters, each with a picture. */
  public static Story crowd(int characterCount) {
    Story plain = story("crowd", 9);
    Picture picture = plain.world().characters().getFirst().pictures().getFirst();
    List<Reference> characters =
        IntStream.range(0, characterCount)
            .mapToObj(i -> new Reference("walker-" + i, "a walker", List.of(picture)))
            .toList();
    Shot shot =
        new Shot(
            "shot-0",
            "",
            characters.stream().map(Reference::id).toList(),
            List.of(),
            List.of(),
            "a crowd walks",
            9,
            Camera.STATIC,
            1);
    return new Story(
        "crowd",
        new World("Plain", characters, List.of(), List.of(), List.of()),
        SIZE,
        8,
        7,
        List.of(shot),
        List.of(),
        RenderSettings.DEFAULT);
  }

  /** The pictures that go with every story here. */
  public static Map<Digest, byte[]> pictures() {
    return Map.of(Digest.of(PICTURE), PICTURE);
  }
}
