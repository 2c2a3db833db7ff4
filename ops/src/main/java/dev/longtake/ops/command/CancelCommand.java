package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.StoryStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    description = "Stops a story. Its finished shots are kept, should it be submitted again.",
    mixinStandardHelpOptions = true)
public final class CancelCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The story's id, as submit printed it.")
  private String storyId;

  @Mixin private CoordinatorOption coordinator;

  private final Console console;

  public CancelCommand(Console console) {
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
