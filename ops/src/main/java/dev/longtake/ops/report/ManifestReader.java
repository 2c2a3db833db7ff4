package dev.longtake.ops.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.consistency.Entity;
import dev.longtake.consistency.SeamFigures;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.report.RenderedFilm.File;
import dev.longtake.ops.report.RenderedFilm.Length;
import dev.longtake.ops.report.RenderedFilm.Picture;
import dev.longtake.ops.report.RenderedFilm.Shot;
import dev.longtake.story.FrameSize;
import dev.longtake.story.StoryLimits;
import dev.longtake.words.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads the manifest of a film's folder; what is wrong with it is said in one sentence. */
final class ManifestReader {

  private static final String MANIFEST = "manifest.json";
  private static final long BYTES_MAX = 64L << 20;
  private static final int FORMAT = 1;
  private static final String CUT = "cut";

  /** Pictures of how a film is drawn: nothing that could be looked for in it. */
  private static final String STYLE = "style";

  private static final int SHOT_FRAMES_MAX =
      (int) StoryLimits.SHOT_DURATION_MAX.toSeconds() * StoryLimits.FRAME_RATE_HZ_MAX;
  private static final int FILM_FRAMES_MAX =
      (int) StoryLimits.STORY_DURATION_MAX.toSeconds() * StoryLimits.FRAME_RATE_HZ_MAX;

  private final Path file;

  private ManifestReader(Path file) {
    this.file = file;
  }

  /**
   * Reads it.
   *
   * @throws LongtakeException {@code NOT_FOUND} if the folder or the manifest is not there, {@code
   *     FILE_UNUSABLE} if it cannot be read or is not what a manifest is
   */
  static RenderedFilm read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new LongtakeException(
          ErrorCode.NOT_FOUND,
          "%s: expected the folder of a rendered film, found %s"
              .formatted(folder, Files.exists(folder) ? "a file" : "nothing"));
    }
    Path file = folder.resolve(MANIFEST);
    if (!Files.isRegularFile(file)) {
      throw new LongtakeException(
          ErrorCode.NOT_FOUND,
          "%s: expected a film with its %s, found none: longtake render and longtake fetch leave one"
              .formatted(folder, MANIFEST));
    }
    return new ManifestReader(file).film();
  }

  private RenderedFilm film() {
    JsonNode root = parsed();
    int format = whole(root, "format", 1, Integer.MAX_VALUE);
    if (format != FORMAT) {
      throw wrong("format", "format " + FORMAT, "format " + format);
    }
    JsonNode film = root.path("film");
    JsonNode model = root.path("model");
    return new RenderedFilm(
        text(root.path("story"), "story.name"),
        text(model, "model.name") + " " + text(model, "model.version"),
        new File(
            text(film, "film.sha256"),
            whole(film, "film.frameCount", 1, FILM_FRAMES_MAX),
            seconds(film.path("seconds"))),
        new FrameSize(
            whole(root.path("story"), "story.width", 1, StoryLimits.FRAME_SIDE_MAX),
            whole(root.path("story"), "story.height", 1, StoryLimits.FRAME_SIDE_MAX)),
        frameRate(root.path("story").path("frameRateHz")),
        pictures(root.path("pictures")),
        shots(root.path("shots")));
  }

  private JsonNode parsed() {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw wrong("it", "at most %d bytes".formatted(BYTES_MAX), Files.size(file) + " bytes");
      }
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      if (!root.isObject()) {
        throw wrong("it", "a JSON object", "none");
      }
      return root;
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw wrong("it", "JSON", "something else" + where);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be read: %s".formatted(file, e), e);
    }
  }

  private double seconds(JsonNode node) {
    double seconds = node.asDouble();
    if (!(seconds >= 0 && seconds <= StoryLimits.STORY_DURATION_MAX.toSeconds())) {
      throw wrong("film.seconds", "a film's length", said(node));
    }
    return seconds;
  }

  private double frameRate(JsonNode node) {
    if (!node.isNumber()
        || !(node.asDouble() > 0)
        || node.asDouble() > StoryLimits.FRAME_RATE_HZ_MAX) {
      throw wrong("story.frameRateHz", "frames a second", said(node));
    }
    return node.asDouble();
  }

  private List<Picture> pictures(JsonNode nodes) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      JsonNode node = nodes.path(i);
      String at = "pictures[%d].".formatted(i);
      String kind = node.path("kind").asText("");
      if (!kind.equals(STYLE)) {
        pictures.add(
            new Picture(
                text(node, at + "reference"),
                kind(kind, at + "kind"),
                text(node, at + "file"),
                text(node, at + "sha256")));
      }
    }
    return pictures;
  }

  /** Manifests from before kinds were written down have none. */
  private Optional<Entity.Kind> kind(String word, String at) {
    Optional<Entity.Kind> kind = Word.read(Entity.Kind.class, word);
    if (kind.isEmpty() && !word.isEmpty()) {
      List<String> words = new ArrayList<>(Word.all(Entity.Kind.class));
      words.add(STYLE);
      throw wrong(at, Word.listing(words), "\"%s\"".formatted(word));
    }
    return kind;
  }

  private List<Shot> shots(JsonNode nodes) {
    if (!nodes.isArray() || nodes.isEmpty()) {
      throw wrong("shots", "the film's shots", said(nodes));
    }
    List<Shot> shots = new ArrayList<>();
    for (JsonNode node : nodes) {
      String at = "shots[%d].".formatted(shots.size());
      List<String> pictures = new ArrayList<>();
      node.path("references").forEach(it -> pictures.add(it.asText()));
      shots.add(
          new Shot(
              text(node, at + "id"),
              new Length(
                  whole(node, at + "frameCount", 1, SHOT_FRAMES_MAX),
                  whole(node, at + "latentFrameCount", 1, SHOT_FRAMES_MAX),
                  whole(node, at + "filmFirstFrame", 0, FILM_FRAMES_MAX)),
              List.copyOf(pictures),
              chunks(node.path("chunks"), at + "chunks"),
              inFolder(text(node, at + "clip"), at + "clip"),
              text(node, at + "clipSha256"),
              seams(node, at),
              node.path("transitionAfter").asText(CUT).equals(CUT)));
    }
    return shots;
  }

  private List<List<Integer>> chunks(JsonNode nodes, String at) {
    List<List<Integer>> chunks = new ArrayList<>();
    for (JsonNode node : nodes) {
      if (node.size() != 2 || !node.path(0).isInt() || !node.path(1).isInt()) {
        throw wrong(at, "pairs of first latent frame and number of them", said(node));
      }
      int first = node.path(0).asInt();
      int count = node.path(1).asInt();
      boolean isOfAShot = first <= SHOT_FRAMES_MAX && count <= SHOT_FRAMES_MAX;
      if (first < 0 || count < 1 || first < last(chunks) || !isOfAShot) {
        throw wrong(at, "chunks one after the other", said(node));
      }
      chunks.add(List.of(first, count));
    }
    return chunks;
  }

  private Optional<List<SeamFigures>> seams(JsonNode shot, String at) {
    JsonNode nodes = shot.path("boundaries");
    if (nodes.isMissingNode()) {
      return Optional.empty();
    }
    List<SeamFigures> seams = new ArrayList<>();
    for (JsonNode node : nodes) {
      String where = at + "boundaries[%d].".formatted(seams.size());
      seams.add(
          new SeamFigures(
              shot.path("id").asText(),
              seams.size(),
              whole(node, where + "frame", 0, SHOT_FRAMES_MAX),
              ratio(node.path("ratio")),
              ratio(node.path("jerkRatio")),
              ratio(node.path("warpRatio"))));
    }
    return Optional.of(List.copyOf(seams));
  }

  private static OptionalDouble ratio(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.asDouble())
        ? OptionalDouble.of(node.asDouble())
        : OptionalDouble.empty();
  }

  private static int last(List<List<Integer>> chunks) {
    return chunks.isEmpty() ? 0 : chunks.getLast().getFirst() + 1;
  }

  /** A clip lies in the film's folder, wherever the manifest came from. */
  private String inFolder(String name, String at) {
    Path path = Path.of(name).normalize();
    if (path.isAbsolute() || path.startsWith("..")) {
      throw wrong(at, "a file in the film's folder", name);
    }
    return name;
  }

  /** The last part of {@code at} is the key. */
  private String text(JsonNode object, String at) {
    JsonNode node = object.path(at.substring(at.lastIndexOf('.') + 1));
    if (!node.isTextual() || node.asText().isEmpty() || node.asText().indexOf('\0') >= 0) {
      throw wrong(at, "a text", said(node));
    }
    return node.asText();
  }

  private int whole(JsonNode object, String at, int least, int most) {
    JsonNode node = object.path(at.substring(at.lastIndexOf('.') + 1));
    if (!node.isInt() || node.asInt() < least || node.asInt() > most) {
      String range = most == Integer.MAX_VALUE ? "from " + least : least + " to " + most;
      throw wrong(at, "a whole number " + range, said(node));
    }
    return node.asInt();
  }

  private static String said(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    String text = node.toString();
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  private LongtakeException wrong(String what, String expected, String found) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE,
        "%s: expected %s to be %s, found %s".formatted(file, what, expected, found));
  }
}
