package dev.longtake.ops.film;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.Words;
import dev.longtake.ops.json.FilmJson;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is said of a film that has just been delivered. */
public final class FilmReport {

  private final Console console;
  private final Path folder;
  private final @Nullable Path exchangeOff;

  /**
   * @param exchangeOff the folder of the same film rendered without exchange; null: not rendered
   */
  public FilmReport(Console console, Path folder, @Nullable Path exchangeOff) {
    this.console = console;
    this.folder = folder;
    this.exchangeOff = exchangeOff;
  }

  public void print(
      StoryPlan plan, StoryStatus status, Duration took, int workerCount, boolean json) {
    JsonNode manifest = manifest(folder);
    if (json) {
      console.print(JsonLine.of(values(manifest, took)));
      return;
    }
    console.print("Film     " + folder.resolve(FilmFolder.FILM));
    console.print("Sheet    " + folder.resolve("contact-sheet.png"));
    console.print(
        "Length   %s, %s of %s at %s a second"
            .formatted(
                Words.seconds(plan.filmSeconds()),
                Words.count(plan.frameCount(), "frame"),
                Words.size(plan),
                plan.story().frameRate().spoken()));
    console.print("SHA-256  " + manifest.path("film").path("sha256").asText());
    console.print("Seams    " + seams(manifest.path("seams")));
    if (exchangeOff != null) {
      console.print("         " + seams(manifest(exchangeOff).path("seams")) + ", exchange off");
    }
    console.print(
        "Time     %s on %s, %s"
            .formatted(
                Words.duration(took),
                Words.count(workerCount, "worker"),
                status.renderers().engineClass()));
  }

  /** How much more the picture moves at a boundary than around it: 1 is a seam nobody can see. */
  private static String seams(JsonNode seams) {
    int count = seams.path("measured").asInt();
    return count == 0
        ? "none: no shot has more than one chunk"
        : "median ratio %s over %s"
            .formatted(
                Words.number(seams.path("medianRatio").asDouble(), 2),
                count == 1 ? "1 boundary" : count + " boundaries");
  }

  private FilmJson values(JsonNode manifest, Duration took) {
    JsonNode film = manifest.path("film");
    return new FilmJson(
        folder.resolve(FilmFolder.FILM).toString(),
        film.path("sha256").asText(),
        film.path("frameCount").asInt(),
        film.path("seconds").asDouble(),
        seamMedianRatio(manifest),
        exchangeOff == null ? null : Double.valueOf(seamMedianRatio(manifest(exchangeOff))),
        took.toMillis() / 1000.0);
  }

  private static double seamMedianRatio(JsonNode manifest) {
    return manifest.path("seams").path("medianRatio").asDouble();
  }

  private static JsonNode manifest(Path folder) {
    Path file = folder.resolve("manifest.json");
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be read: %s".formatted(file, e), e);
    }
  }
}
