package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.StatusJson;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.StoryStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "retry",
    description = {
      "Has a story that failed go on where it stood.",
      "What is done stays: a film that could not be put together is put together again, and",
      "nothing of it is rendered again."
    },
    mixinStandardHelpOptions = true)
public final class RetryCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The story's id, as submit printed it.")
  private String storyId;

  @Mixin private CoordinatorOption coordinator;

  @Option(names = "--json", description = "Print the story's status as one JSON object.")
  private boolean json;

  private final Console console;

  public RetryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (FarmClient farm = coordinator.connect()) {
      StoryStatus status = farm.retry(storyId);
      if (json) {
        console.print(JsonLine.of(StatusJson.of(status)));
      } else {
        console.tell("%s goes on".formatted(status.name()));
      }
    }
    return ExitCode.OK;
  }
}
