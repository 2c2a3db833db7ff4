package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.SummaryJson;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.ops.option.FilterOptions;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StorySummary;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZonedDateTime;
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
  private static final int PAGE_SIZE_MAX = 1000;

  @Mixin private CoordinatorOption coordinator;

  @Mixin private FilterOptions filter;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many stories, the newest ones. Default: 100.")
  private int limit = 100;

  @Option(names = "--json", description = "Print each story as one JSON object a line.")
  private boolean json;

  private final Console console;

  public ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new LongtakeException(
          ErrorCode.CONFIGURATION_INVALID,
          "--limit: expected a number from 1, found %d".formatted(limit));
    }
    StoryFilter wanted = filter.filter(ZonedDateTime.now(Clock.system(ZoneId.systemDefault())));
    List<StorySummary> stories;
    try (FarmClient farm = coordinator.connect()) {
      stories = newest(farm, wanted, limit + 1L);
    }
    boolean isCut = stories.size() > limit;
    show(isCut ? stories.subList(0, limit) : stories, wanted);
    if (isCut) {
      console.tell(
          "older stories are left out; --limit shows more, --state, --name, --since fewer");
    }
    return ExitCode.OK;
  }

  private void show(List<StorySummary> stories, StoryFilter wanted) {
    if (json) {
      stories.forEach(story -> console.print(JsonLine.of(SummaryJson.of(story))));
    } else if (stories.isEmpty()) {
      console.tell(wanted.equals(StoryFilter.ALL) ? "no stories yet" : "no such stories");
    } else {
      table(stories);
    }
  }

  /** Page by page, at most so many. */
  static List<StorySummary> newest(FarmClient farm, StoryFilter filter, long countMax) {
    List<StorySummary> stories = new ArrayList<>();
    String token = "";
    do {
      int pageSize = (int) Math.min(PAGE_SIZE_MAX, countMax - stories.size());
      FarmClient.Page page = farm.list(filter, pageSize, token);
      stories.addAll(page.stories());
      token = page.nextPageToken();
    } while (!token.isEmpty() && stories.size() < countMax);
    return stories;
  }

  private void table(List<StorySummary> stories) {
    int idWidth = stories.stream().mapToInt(it -> it.storyId().length()).max().orElse(0);
    boolean hasTenants = stories.stream().map(StorySummary::tenant).distinct().count() > 1;
    int tenantWidth = stories.stream().mapToInt(it -> it.tenant().length()).max().orElse(0);
    String tenantColumn = hasTenants ? "%-" + Math.max(6, tenantWidth) + "s  " : "%s";
    String row = "%-" + idWidth + "s  %-9s  %-16s  %-11s  " + tenantColumn + "%s";
    console.print(
        row.formatted("ID", "STATE", "SUBMITTED", "SHOTS", hasTenants ? "TENANT" : "", "NAME"));
    for (StorySummary story : stories) {
      console.print(
          row.formatted(
              story.storyId(),
              story.state(),
              TIME.format(story.submitTime().atZone(ZoneId.systemDefault())),
              "%d of %d".formatted(story.shots().done(), story.shots().total()),
              hasTenants ? story.tenant() : "",
              story.name()));
    }
  }
}
