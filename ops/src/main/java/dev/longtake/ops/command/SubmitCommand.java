package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.StatusJson;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.ops.option.ModelOption;
import dev.longtake.ops.option.SettingsOptions;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "submit",
    description = {
      "Sends a story to a farm and prints its id.",
      "Sending the same story again answers with the same id. One that failed is rendered as far",
      "as it is not done; longtake retry has it go on under its id."
    },
    mixinStandardHelpOptions = true)
public final class SubmitCommand implements Callable<Integer> {

  @Parameters(paramLabel = "STORY", description = "The story file, e.g. story.yaml.")
  private Path story;

  @Mixin private CoordinatorOption coordinator;
  @Mixin private SettingsOptions settings;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = {
        "The farm's checkpoint: the story is checked against it before it is sent.",
        "Without, only what the bundled one cannot read of the prompts is told."
      })
  private @Nullable Path model;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "The team whose it is to be, if your token is good for all of them.")
  private String tenant = "";

  @Option(names = "--json", description = "Print the story's status as one JSON object.")
  private boolean json;

  private final Console console;

  public SubmitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    LoadedStory loaded = settings.apply(StoryFiles.load(story));
    loaded.warnings().forEach(warning -> console.tell("note: " + warning));
    PlanNotes.of(loaded, model, ModelOption.bundled()).forEach(console::tell);
    try (FarmClient farm = coordinator.connect()) {
      StoryStatus status = Submission.submit(farm, loaded, "", tenant);
      console.print(json ? JsonLine.of(StatusJson.of(status)) : status.storyId());
    }
    return ExitCode.OK;
  }
}
