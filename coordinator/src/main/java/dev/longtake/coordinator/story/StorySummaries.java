package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryProgress.Ending;
import dev.longtake.error.ErrorCode;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.status.Count;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import java.time.Instant;
import java.util.Optional;

/** The line about a story that lists show. Pure. */
public final class StorySummaries {

  private StorySummaries() {}

  /** The line about this story as it stands. */
  public static StorySummary of(StoryProgress story) {
    int shotsDone = (int) story.shots().stream().filter(ShotProgress::isDone).count();
    return new StorySummary(
        story.storyId(),
        story.story().name(),
        state(story),
        story.submission(),
        ending(story.ending()),
        story.plan().map(StoryPlan::frameCount).orElseGet(() -> story.story().frameCount()),
        new Count(shotsDone, story.story().shots().size()));
  }

  private static StoryState state(StoryProgress story) {
    return switch (story.ending()) {
      case Ending.Open open -> story.plan().isPresent() ? StoryState.RUNNING : StoryState.PENDING;
      case Ending.Succeeded succeeded -> StoryState.SUCCEEDED;
      case Ending.Failed failed -> StoryState.FAILED;
      case Ending.Cancelled cancelled -> StoryState.CANCELLED;
    };
  }

  private static Optional<StoryStatus.Ending> ending(Ending ending) {
    return switch (ending) {
      case Ending.Open open -> Optional.empty();
      case Ending.Succeeded(Instant at, var files) ->
          Optional.of(new StoryStatus.Ending(at, Optional.empty()));
      case Ending.Failed(Instant at, ErrorCode code, String message) ->
          Optional.of(
              new StoryStatus.Ending(
                  at, Optional.of(new StoryStatus.Failure(code.dotted(), message))));
      case Ending.Cancelled(Instant at) ->
          Optional.of(new StoryStatus.Ending(at, Optional.empty()));
    };
  }
}
