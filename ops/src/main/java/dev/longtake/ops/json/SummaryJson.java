package dev.longtake.ops.json;

import dev.longtake.story.status.StorySummary;
import org.jspecify.annotations.Nullable;

/** A story in a list, as its status begins: {@code summary.schema.json}. */
public record SummaryJson(
    String storyId,
    String name,
    String state,
    String submitTime,
    @Nullable String endTime,
    StatusJson.@Nullable Failure failure,
    int frameCount,
    Shots shots) {

  /** How many shots there are, and are done. */
  public record Shots(int total, int done) {}

  /** The line of a story. */
  public static SummaryJson of(StorySummary story) {
    return new SummaryJson(
        story.storyId(),
        story.name(),
        story.state().name(),
        story.submitTime().toString(),
        story.ending().map(ending -> ending.at().toString()).orElse(null),
        story.failure().map(it -> new StatusJson.Failure(it.code(), it.message())).orElse(null),
        story.frameCount(),
        new Shots(story.shots().total(), story.shots().done()));
  }
}
