package dev.longtake.story.yaml;

import dev.longtake.digest.Digest;
import dev.longtake.picture.PictureLimits;
import dev.longtake.picture.PictureLoad;
import dev.longtake.picture.PictureReader;
import dev.longtake.picture.Pixels;
import dev.longtake.story.Picture;
import dev.longtake.story.Reference;
import dev.longtake.story.StoryLimits;
import dev.longtake.story.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads {@code world.yaml} and the pictures beside it. */
final class WorldReader {

  static final String FILE_NAME = "world.yaml";

  private static final List<String> WORLD_KEYS =
      List.of("world", "characters", "props", "scenes", "styles");
  private static final List<String> REFERENCE_KEYS = List.of("id", "description", "pictures");
  private static final Pattern PATH_LIKE = Pattern.compile(".*[/\\\\@].*|\\.+|.*\\.ya?ml");

  private final String folder;
  private final Source source;
  private final Problems problems;
  private final YamlNodes nodes;
  private final Map<Digest, byte[]> pictures = new LinkedHashMap<>();
  private PictureLoad load = PictureLoad.NONE;

  /**
   * A reader of the world in {@code folder}.
   *
   * @param folder relative to the story's folder, as written in the story
   */
  WorldReader(String folder, Source source, Problems problems) {
    this.folder = folder;
    this.source = source;
    this.problems = problems;
    this.nodes = new YamlNodes(display(folder), problems);
  }

  /** The world's file as messages name it. */
  static String display(String folder) {
    return folder.equals(".") ? FILE_NAME : folder + "/" + FILE_NAME;
  }

  /**
   * The world. Where there were problems it holds what could be read, so that its ids can still be
   * compared with; empty if nothing could.
   */
  Optional<World> read(byte[] content) {
    return YamlText.root(display(folder), content, problems)
        .filter(this::isNoStory)
        .flatMap(root -> nodes.map(root, "world", WORLD_KEYS))
        .map(this::world);
  }

  private boolean isNoStory(Node root) {
    boolean isStory = YamlNodes.hasKey(root, "shots");
    if (isStory) {
      nodes.problem(root, "expected a world, found a story");
    }
    return !isStory;
  }

  /** The bytes of all pictures read, by digest. */
  Map<Digest, byte[]> pictures() {
    return pictures;
  }

  private World world(YamlMap map) {
    String name = map.required("world", "its name").flatMap(this::name).orElse("?");
    return new World(
        name,
        references(map, "characters", "character"),
        references(map, "props", "prop"),
        references(map, "scenes", "scene"),
        references(map, "styles", "style"));
  }

  /** In a world file {@code world} is a name: what looks like a reference would make a loop. */
  private Optional<String> name(Node node) {
    Optional<String> name = nodes.text(node, "world", StoryLimits.NAME_LENGTH_MAX);
    if (name.isPresent() && PATH_LIKE.matcher(name.get()).matches()) {
      nodes.problem(
          node,
          "world: expected the world's own name, found the reference \"%s\"; ".formatted(name.get())
              + "a world cannot be made of itself or of another world");
      return Optional.empty();
    }
    return name;
  }

  private List<Reference> references(YamlMap world, String key, String kind) {
    Optional<Node> list = world.get(key);
    if (list.isEmpty()) {
      return List.of();
    }
    List<Reference> references = new ArrayList<>();
    for (Node entry : nodes.list(list.get(), key, StoryLimits.REFERENCES_PER_KIND_MAX)) {
      nodes
          .map(entry, kind, REFERENCE_KEYS)
          .flatMap(map -> reference(map, kind))
          .ifPresent(
              reference -> {
                if (references.stream().anyMatch(other -> other.id().equals(reference.id()))) {
                  nodes.problem(
                      entry,
                      "%s: expected the id %s once, found it again"
                          .formatted(kind, reference.id()));
                } else {
                  references.add(reference);
                }
              });
    }
    return references;
  }

  private Optional<Reference> reference(YamlMap map, String kind) {
    Optional<String> id = map.required("id", "a-name").flatMap(node -> nodes.id(node, "id"));
    boolean isStyle = kind.equals("style");
    Optional<Node> described =
        isStyle ? map.required("description", "words for the prompt") : map.get("description");
    String description =
        described
            .flatMap(
                node ->
                    isStyle
                        ? new PromptReader(nodes).words(node, "description")
                        : nodes.prose(node, "description", StoryLimits.TEXT_LENGTH_MAX))
            .orElse("");
    List<Picture> read = new ArrayList<>();
    Optional<Node> list = map.get("pictures");
    if (list.isPresent()) {
      for (Node entry :
          nodes.list(list.get(), "pictures", StoryLimits.PICTURES_PER_REFERENCE_MAX)) {
        picture(entry).ifPresent(read::add);
      }
      if (isStyle && !read.isEmpty()) {
        nodes.warning(list.get(), "pictures of styles are not used yet, only their words");
      }
    } else if (!isStyle) {
      nodes.warning(map.node(), kind + " has no pictures, so nothing keeps it the same");
    }
    return id.map(found -> new Reference(found, description, read));
  }

  private Optional<Picture> picture(Node node) {
    Optional<String> path = nodes.text(node, "picture", StoryLimits.NAME_LENGTH_MAX);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> wrong = Paths.wrongInside(path.get());
    if (wrong.isPresent()) {
      nodes.problem(
          node,
          "picture: expected a path inside the world's folder, found %s \"%s\""
              .formatted(wrong.get(), path.get()));
      return Optional.empty();
    }
    return switch (source.read(folder, path.get(), PictureLimits.FILE_BYTES_MAX)) {
      case Source.Content.Found(byte[] bytes) -> picture(node, path.get(), bytes);
      case Source.Content.Unusable(String found) -> {
        nodes.problem(
            node,
            "picture %s: expected a PNG, JPEG or WebP file, found %s".formatted(path.get(), found));
        yield Optional.empty();
      }
    };
  }

  private Optional<Picture> picture(Node node, String path, byte[] bytes) {
    return switch (PictureReader.read(bytes)) {
      case PictureReader.Unusable(String expected, String found) -> {
        nodes.problem(node, "picture %s: expected %s, found %s".formatted(path, expected, found));
        yield Optional.empty();
      }
      case PictureReader.Decoded(Pixels pixels, List<String> notes) -> {
        notes.forEach(note -> nodes.warning(node, "picture %s: %s".formatted(path, note)));
        Digest digest = Digest.of(bytes);
        if (pictures.putIfAbsent(digest, bytes) == null) {
          load = load.plus(bytes.length, pixels.width(), pixels.height());
          load.excess()
              .ifPresent(excess -> nodes.problem(node, "picture %s: %s".formatted(path, excess)));
        }
        yield Optional.of(new Picture(path, digest, pixels.width(), pixels.height()));
      }
    };
  }
}
