package dev.longtake.ops.json;

import dev.longtake.story.status.StorySummary;
import org.jspecify.annotations.Nullable;

/**
 * A line of a list: as a status begins, and counts in place of shots and files: {@code
 * summary.schema.json}.
 */
public record SummaryJson(
    String storyId,
    String name,
    String state,
    String submitTime,
    @Nullable String endTime,
    StatusJson.@Nullable Failure failure,
    int frameCount,
    int shotCount,
    int shotsDone,
    String tenant,
    String owner) {

  /** The line of a story. */
  public static SummaryJson of(StorySummary story) {
    return new SummaryJson(
        story.storyId(),
        story.name(),
        story.state().name(),
        story.submitTime().toString(),
        story.ending().map(ending -> ending.at().toString()).orElse(null),
        story.failure().map(StatusJson.Failure::of).orElse(null),
        story.frameCount(),
        story.shots().total(),
        story.shots().done(),
        story.tenant(),
        story.submission().owner().name());
  }
}
