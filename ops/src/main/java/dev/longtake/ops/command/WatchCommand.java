package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.option.CoordinatorOption;
import dev.longtake.ops.progress.Following;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "watch",
    description = "Shows how a story gets on until it has ended.",
    mixinStandardHelpOptions = true)
public final class WatchCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The story's id, as submit printed it.")
  private String storyId;

  @Mixin private CoordinatorOption coordinator;

  @Option(names = "--json", description = "Print each status as one JSON object a line.")
  private boolean json;

  private final Console console;
  private final InstantSource clock;

  public WatchCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Following following = new Following(console, clock);
    try (FarmClient farm = coordinator.connect()) {
      StoryStatus now = farm.get(storyId);
      StoryStatus last = following.follow(farm, storyId, json, now.submitTime());
      int status = following.ending(last);
      if (last.state() == StoryState.FAILED) {
        console.tell(
            "once the reason is gone, longtake retry %s goes on where it stood".formatted(storyId));
      }
      return status;
    }
  }
}
