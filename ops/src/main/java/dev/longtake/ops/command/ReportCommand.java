package dev.longtake.ops.command;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  @Parameters(
      paramLabel = "FOLDER",
      description = "The film's folder, as render and fetch leave it.")
  private Path folder;

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
    Report report = Report.of(folder, world);
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

  private static void write(Path file, String content) {
    try {
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be written: %s".formatted(file, e), e);
    }
  }
}
