package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.film.FilmFolder;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.nio.file.Path;
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
      Delivery delivery = Delivery.ofAnything(farm, storyId, out);
      StoryStatus status = delivery.status();
      Path folder = delivery.folder().path();
      if (status.state() == StoryState.SUCCEEDED) {
        console.print(folder.resolve(FilmFolder.FILM).toString());
      } else {
        status
            .film()
            .files()
            .forEach(clip -> console.print(folder.resolve(clip.name()).toString()));
      }
    }
    return ExitCode.OK;
  }
}
