package dev.longtake.story.yaml;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.FilmLimits;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Story;
import dev.longtake.story.StoryLimits;
import dev.longtake.story.World;
import dev.longtake.words.Word;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a story, its world and its pictures, checks everything and tells all mistakes at once.
 * Pure: files come from a {@link Source}.
 *
 * <p>It goes on after every mistake with what it could read; only when nothing is wrong are the
 * domain records made.
 */
final class StoryReader {

  private static final List<String> STORY_KEYS =
      List.of("story", "world", "size", "fps", "seed", PromptReader.NEGATIVE, "settings", "shots");
  private static final List<String> SETTING_KEYS = Word.all(RenderSettings.Key.class);

  private final Source source;
  private final String file;
  private final Problems problems = new Problems();
  private final YamlNodes nodes;
  private final StoryNumbers numbers;
  private Map<Digest, byte[]> pictures = Map.of();

  private StoryReader(String file, Source source) {
    this.file = file;
    this.source = source;
    this.nodes = new YamlNodes(file, problems);
    this.numbers = new StoryNumbers(nodes);
  }

  /**
   * Reads the story in {@code fileName}.
   *
   * @throws LongtakeException with {@link ErrorCode#STORY_INVALID} and one line {@code
   *     file:line:column: sentence} per mistake; {@link ErrorCode#FILE_UNUSABLE} if the story's
   *     file cannot be read at all
   */
  static LoadedStory read(String fileName, Source source) {
    return new StoryReader(fileName, source).read();
  }

  private LoadedStory read() {
    Optional<Story> story =
        switch (source.read(".", file, StoryLimits.FILE_BYTES_MAX)) {
          case Source.Content.Found(byte[] bytes) ->
              YamlText.root(file, bytes, problems)
                  .filter(this::isNoWorld)
                  .flatMap(root -> nodes.map(root, "story", STORY_KEYS))
                  .flatMap(this::story);
          case Source.Content.Unusable(String found) ->
              throw new LongtakeException(
                  ErrorCode.FILE_UNUSABLE, "%s: expected a story, found %s".formatted(file, found));
        };
    return story
        .map(it -> new LoadedStory(it, pictures, problems.warnings()))
        .orElseThrow(problems::failure);
  }

  private boolean isNoWorld(Node root) {
    boolean isWorld =
        !YamlNodes.hasKey(root, "story")
            && !YamlNodes.hasKey(root, "shots")
            && (YamlNodes.hasKey(root, "characters") || YamlNodes.hasKey(root, "scenes"));
    if (isWorld) {
      nodes.problem(
          root, "expected a story, found a world: name the file of a story that is set in it");
    }
    return !isWorld;
  }

  private Optional<Story> story(YamlMap map) {
    Optional<String> name =
        map.required("story", "its name")
            .flatMap(node -> nodes.text(node, "story", StoryLimits.NAME_LENGTH_MAX));
    Optional<World> world = map.required("world", "its folder/").flatMap(this::world);
    Optional<FrameSize> size = map.required("size", "256x160").flatMap(numbers::size);
    Optional<FrameRate> frameRate = map.required("fps", "8").flatMap(numbers::frameRate);
    size.flatMap(it -> frameRate.flatMap(rate -> FilmLimits.fault(it, rate)))
        .ifPresent(
            fault -> map.get("size").ifPresent(node -> nodes.problem(node, "size: " + fault)));
    long seed = map.get("seed").flatMap(numbers::seed).orElse(0L);
    RenderSettings settings =
        map.get("settings").map(this::settings).orElse(RenderSettings.DEFAULT);
    // Without a valid rate durations are still read, so that their mistakes are told as well.
    Optional<String> negativePrompt = new PromptReader(nodes).negative(map);
    ShotsReader shots =
        new ShotsReader(nodes, frameRate.orElse(FrameRate.of(1)), seed, negativePrompt, world);
    map.required("shots", "a list of shots").ifPresent(shots::read);
    if (shots.rounded()) {
      map.get("fps").ifPresent(node -> frameRate.ifPresent(it -> numbers.noteRounding(node, it)));
    }
    if (problems.any() || name.isEmpty() || world.isEmpty() || size.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Story(
            name.get(),
            world.get(),
            size.get(),
            frameRate.orElseThrow(),
            seed,
            shots.shots(),
            shots.transitions(),
            settings));
  }

  private RenderSettings settings(Node node) {
    Optional<YamlMap> map = nodes.map(node, "settings", SETTING_KEYS);
    if (map.isEmpty()) {
      return RenderSettings.DEFAULT;
    }
    Optional<Long> steps =
        map.get()
            .get("steps")
            .flatMap(it -> nodes.whole(it, "steps", 1, StoryLimits.STEP_COUNT_MAX));
    Optional<Double> guidance =
        map.get()
            .get("guidance")
            .flatMap(it -> nodes.number(it, "guidance", 0, StoryLimits.GUIDANCE_SCALE_MAX));
    Optional<Double> shift =
        map.get()
            .get("shift")
            .flatMap(it -> nodes.number(it, "shift", 0.01, StoryLimits.SHIFT_MAX));
    Optional<Double> freshNoise =
        map.get().get("fresh-noise").flatMap(it -> nodes.number(it, "fresh-noise", 0, 1));
    return new RenderSettings(
        new SamplingOverrides(
            steps.map(it -> OptionalInt.of(Math.toIntExact(it))).orElse(OptionalInt.empty()),
            guidance.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
            shift.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
            freshNoise.map(OptionalDouble::of).orElse(OptionalDouble.empty())),
        false);
  }

  private Optional<World> world(Node node) {
    Optional<String> written = nodes.text(node, "world", StoryLimits.NAME_LENGTH_MAX);
    if (written.isEmpty()) {
      return Optional.empty();
    }
    if (written.get().indexOf('@') >= 0) {
      nodes.problem(
          node,
          "world: expected a folder, found \"%s\"; this farm has no library of worlds yet: "
                  .formatted(written.get())
              + "copy the world's folder beside the story and write world: its-folder/");
      return Optional.empty();
    }
    Optional<String> wrong = Paths.wrongFolder(written.get());
    if (wrong.isPresent()) {
      nodes.problem(
          node,
          "world: expected a folder relative to the story's, found %s \"%s\""
              .formatted(wrong.get(), written.get()));
      return Optional.empty();
    }
    return worldIn(node, folder(written.get()));
  }

  private Optional<World> worldIn(Node node, String folder) {
    if (folder.endsWith(".yaml") || folder.endsWith(".yml")) {
      nodes.problem(
          node,
          "world: expected the folder that %s is in, found the file \"%s\""
              .formatted(WorldReader.FILE_NAME, folder));
      return Optional.empty();
    }
    return switch (source.read(folder, WorldReader.FILE_NAME, StoryLimits.FILE_BYTES_MAX)) {
      case Source.Content.Found(byte[] bytes) -> {
        WorldReader reader = new WorldReader(folder, source, problems);
        Optional<World> world = reader.read(bytes);
        pictures = reader.pictures();
        yield world;
      }
      case Source.Content.Unusable(String found) -> {
        nodes.problem(
            node,
            "world: expected a folder with %s in it, found %s (%s)"
                .formatted(WorldReader.FILE_NAME, found, WorldReader.display(folder)));
        yield Optional.empty();
      }
    };
  }

  /** Without slashes at the end; {@code .} for the story's own folder. */
  private static String folder(String written) {
    String folder = written;
    while (folder.endsWith("/") || folder.endsWith("/.")) {
      folder = folder.substring(0, folder.lastIndexOf('/'));
    }
    while (folder.startsWith("./")) {
      folder = folder.substring(2);
    }
    return folder.isEmpty() ? "." : folder;
  }
}
