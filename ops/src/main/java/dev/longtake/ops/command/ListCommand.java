package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.SummaryJson;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.story.status.StorySummary;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "Lists a farm's stories, newest first.",
    mixinStandardHelpOptions = true)
public final class ListCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
  private static final int PAGE_SIZE = 100;

  @Mixin private CoordinatorOption coordinator;

  @Option(names = "--json", description = "Print each story as one JSON object a line.")
  private boolean json;

  private final Console console;

  public ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<StorySummary> stories;
    try (FarmClient farm = coordinator.connect()) {
      stories = all(farm);
    }
    if (json) {
      stories.forEach(story -> console.print(JsonLine.of(SummaryJson.of(story))));
    } else if (stories.isEmpty()) {
      console.tell("no stories yet");
    } else {
      table(stories);
    }
    return ExitCode.OK;
  }

  /** Every story, page by page. */
  static List<StorySummary> all(FarmClient farm) {
    List<StorySummary> stories = new ArrayList<>();
    String token = "";
    do {
      FarmClient.Page page = farm.list(PAGE_SIZE, token);
      stories.addAll(page.stories());
      token = page.nextPageToken();
    } while (!token.isEmpty());
    return stories;
  }

  private void table(List<StorySummary> stories) {
    int idWidth = stories.stream().mapToInt(it -> it.storyId().length()).max().orElse(0);
    String row = "%-" + idWidth + "s  %-9s  %-16s  %-11s  %s";
    console.print(row.formatted("ID", "STATE", "SUBMITTED", "SHOTS", "NAME"));
    for (StorySummary story : stories) {
      console.print(
          row.formatted(
              story.storyId(),
              story.state(),
              TIME.format(story.submitTime().atZone(ZoneId.systemDefault())),
              "%d of %d".formatted(story.shots().done(), story.shots().total()),
              story.name()));
    }
  }
}
