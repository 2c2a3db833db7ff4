package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.ExplanationJson;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.Explanation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    description = {
      "Says why each shot and chunk of a story stands where it stands, and what to do about it."
    },
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The story's id, as submit printed it.")
  private String storyId;

  @Mixin private CoordinatorOption coordinator;

  @Option(names = "--json", description = "Print it as one JSON object.")
  private boolean json;

  private final Console console;

  public ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Explanation explanation;
    try (FarmClient farm = coordinator.connect()) {
      explanation = farm.explain(storyId);
    }
    if (json) {
      console.print(JsonLine.of(ExplanationJson.of(explanation)));
    } else {
      ExplanationLines.of(explanation).forEach(console::print);
    }
    return ExitCode.OK;
  }
}
