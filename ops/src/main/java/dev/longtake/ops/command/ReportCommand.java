package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.ops.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    description = {
      "Tells how well a rendered film's world stays itself: seams, drift, motion, cuts, and",
      "whether those whom the story shows look the same wherever they are seen."
    },
    mixinStandardHelpOptions = true)
public final class ReportCommand implements Callable<Integer> {

  private static final String STANDARD_OUTPUT = "-";

  /** What coordinators call stories; a folder of that name counts more. */
  private static final Pattern STORY_ID = Pattern.compile("story-[0-9]+");

  @Parameters(
      paramLabel = "FOLDER|ID",
      description = {
        "The film's folder, as render and fetch leave it; or a story's id, as submit printed it:",
        "its film is fetched first."
      })
  private Path film;

  @Mixin private CoordinatorOption coordinator;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "The folder for the film of a story on a farm.",
        "Default: films/ and the story's name."
      })
  private @Nullable Path out;

  @Option(
      names = "--world",
      paramLabel = "PATH",
      description = {
        "The folder of the world's pictures, or the story's file. Without it nothing can be said",
        "of likeness."
      })
  private @Nullable Path world;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write all figures as JSON; - for standard output, in place of the summary.")
  private @Nullable Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page for a browser; it needs nothing from outside.")
  private @Nullable Path html;

  private final Console console;

  public ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Report report = Report.of(folder(), world);
    boolean isPiped = json != null && json.toString().equals(STANDARD_OUTPUT);
    if (json != null && !isPiped) {
      write(json, report.json());
    }
    if (html != null) {
      write(html, report.html());
    }
    if (isPiped) {
      console.print(report.json().strip());
    } else {
      report.text().forEach(console::print);
    }
    return ExitCode.OK;
  }

  private Path folder() {
    String id = film.toString();
    if (Files.exists(film) || !STORY_ID.matcher(id).matches()) {
      return film;
    }
    try (FarmClient farm = coordinator.connect()) {
      return Delivery.ofFilm(farm, id, out).folder().path();
    }
  }

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be written: %s".formatted(file, e), e);
    }
  }
}
