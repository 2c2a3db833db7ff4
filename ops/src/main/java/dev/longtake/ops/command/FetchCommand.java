package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.film.FilmFolder;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "fetch",
    description = {
      "Fetches a finished film: film.mp4, a clip per shot, contact sheet, manifest.",
      "Of a story that has no film (yet): the clips of its finished shots.",
      "A fetch that was broken off goes on where it stopped."
    },
    mixinStandardHelpOptions = true)
public final class FetchCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The story's id, as submit printed it.")
  private String storyId;

  @Mixin private CoordinatorOption coordinator;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for the film. Default: films/ and the story's name.")
  private @Nullable Path out;

  private final Console console;

  public FetchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (FarmClient farm = coordinator.connect()) {
      StoryStatus status = farm.get(storyId);
      List<FilmFile> files = status.film().files();
      if (files.isEmpty()) {
        throw new LongtakeException(
            ErrorCode.WRONG_STATE,
            "story %s: expected a finished film or a finished shot, found the story %s without one"
                .formatted(storyId, status.state()));
      }
      FilmFolder folder = out == null ? FilmFolder.of(status.name()) : new FilmFolder(out);
      folder.prepare(status.name(), files.stream().mapToLong(FilmFile::sizeBytes).sum());
      folder.deliver(farm, status);
      if (status.state() == StoryState.SUCCEEDED) {
        console.print(folder.path().resolve(FilmFolder.FILM).toString());
      } else {
        files.forEach(clip -> console.print(folder.path().resolve(clip.name()).toString()));
      }
    }
    return ExitCode.OK;
  }
}
