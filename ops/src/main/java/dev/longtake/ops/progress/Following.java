package dev.longtake.ops.progress;

import dev.longtake.client.FarmClient;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.json.JsonLine;
import dev.longtake.ops.json.StatusJson;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** Follows a story until it has ended, for a person or for a script. */
public final class Following {

  private final Console console;
  private final InstantSource clock;

  public Following(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  /** Shows every status, and answers with the last one. */
  public StoryStatus follow(FarmClient farm, String storyId, boolean json, Instant start) {
    return follow(farm, storyId, json, start, view -> {});
  }

  /**
   * The same.
   *
   * @param onView told what is on the screen, for whoever has to take it off
   */
  public StoryStatus follow(
      FarmClient farm, String storyId, boolean json, Instant start, Consumer<ProgressView> onView) {
    if (json) {
      return farm.watch(storyId, status -> console.print(JsonLine.of(StatusJson.of(status))));
    }
    try (ProgressView view = view(start)) {
      onView.accept(view);
      return farm.watch(storyId, view::show);
    }
  }

  private ProgressView view(Instant start) {
    if (console.isTerminal()) {
      var screen = ScreenProgress.open(console, clock, start);
      if (screen.isPresent()) {
        return screen.get();
      }
    }
    return new PlainProgress(console, clock, start);
  }

  /** Says why a story did not succeed, and gives the exit status for its end. */
  public int ending(StoryStatus status) {
    if (status.state() == StoryState.SUCCEEDED) {
      return ExitCode.OK;
    }
    if (status.state() == StoryState.CANCELLED) {
      console.error("%s was cancelled".formatted(status.name()));
      return ExitCode.FAILED;
    }
    console.error(
        status
            .failure()
            .map(failure -> "%s (%s)".formatted(failure.message(), failure.code()))
            .orElse("%s failed".formatted(status.name())));
    return ExitCode.FAILED;
  }
}
