package dev.longtake.ops.fuzz;

import dev.longtake.error.ErrorCode;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.testing.TestPictures;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A story of somebody else's, and a world that came as an archive. */
final class StoryTargets {

  private static final Set<ErrorCode> REFUSALS = Set.of(ErrorCode.STORY_INVALID);

  /** The reader of YAML has tables of its own, and pictures are decoded. */
  private static final long ALLOCATION_MAX = 64L << 20;

  private static final Change CHANGE =
      ByteChange.with(
          "story:",
          "world:",
          "size:",
          "fps:",
          "seed:",
          "shots:",
          "- id:",
          "scene:",
          "cast:",
          "props:",
          "styles:",
          "prompt:",
          "duration:",
          "camera:",
          "dissolve:",
          "cut",
          "fade:",
          "settings:",
          "characters:",
          "scenes:",
          "pictures:",
          "text:",
          "negative:",
          "&a ",
          "*a",
          "<<: *a",
          "!!binary ",
          "!!java.util.Date ",
          "---\n",
          "...\n",
          "%YAML 1.1\n",
          "? ",
          "|\n",
          ">\n",
          "23.976",
          "1s",
          "16x16",
          "4096x4096",
          "0x10",
          "world/",
          "toy.png",
          "- ");

  private static final String EXAMPLE = "ops/examples/wooden-toy/";

  private StoryTargets() {}

  static List<FuzzTarget> in(Path folder) {
    return List.of(
        target(folder, "story-yaml", "story.yaml"),
        target(folder, "world-yaml", "world/world.yaml"));
  }

  private static FuzzTarget target(Path root, String name, String file) {
    Path folder = Inputs.folder(root.resolve(name));
    Inputs.folder(folder.resolve("world"));
    for (String other : List.of("story.yaml", "world/world.yaml")) {
      Inputs.write(folder.resolve(other), Inputs.file(EXAMPLE + other));
    }
    for (String picture : List.of("toy.png", "corner.png")) {
      Inputs.write(
          folder.resolve("world/" + picture), TestPictures.picture("png", 32, 32, 0x996633));
    }
    return new FuzzTarget(
        name,
        input -> {
          Inputs.write(folder.resolve(file), input);
          var _ = StoryFiles.load(folder.resolve("story.yaml"));
        },
        REFUSALS,
        ALLOCATION_MAX,
        CHANGE,
        () ->
            List.of(
                Inputs.file(EXAMPLE + file),
                Inputs.file("ops/examples/new-york-zoo/" + file),
                Inputs.file("ops/examples/a-day-in-the-city/" + file)));
  }
}
