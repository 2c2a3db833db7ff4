package dev.longtake.ops;

import dev.longtake.client.FarmClient;
import dev.longtake.story.StoryStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    description = "Stops a story. Its finished shots are kept, should it be submitted again.",
    mixinStandardHelpOptions = true)
final class CancelCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The story's id, as submit printed it.")
  private String storyId;

  @Mixin private CoordinatorOption coordinator;

  private final Console console;

  CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (FarmClient farm = coordinator.connect()) {
      StoryStatus status = farm.cancel(storyId);
      console.tell("%s is cancelled".formatted(status.name()));
    }
    return ExitCode.OK;
  }
}
