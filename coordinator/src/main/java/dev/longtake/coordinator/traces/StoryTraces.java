package dev.longtake.coordinator.traces;

import dev.longtake.coordinator.dispatch.StoryDemand;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.trace.TraceContext;
import dev.longtake.trace.Tracing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the traces of this coordinator's stories. Called on the stories' threads, by each story on
 * one at a time; does nothing where traces are off.
 */
public final class StoryTraces implements AutoCloseable {

  private final Tracing tracing;
  private final int percentOfStories;
  private final InstantSource clock;
  private final Map<String, StorySpans> stories = new ConcurrentHashMap<>();

  /**
   * Of no story yet.
   *
   * @param tracing closed with this
   */
  public StoryTraces(Tracing tracing, int percentOfStories, InstantSource clock) {
    this.tracing = tracing;
    this.percentOfStories = percentOfStories;
    this.clock = clock;
  }

  private boolean isTraced(StoryProgress story) {
    return tracing.isOn() && StorySpans.contextOf(story).isAmong(percentOfStories);
  }

  /** These events have led from the one to the other. */
  public void happened(StoryProgress before, StoryProgress after, List<StoryEvent> events) {
    if (isTraced(after)) {
      Instant now = clock.instant();
      stories
          .computeIfAbsent(after.storyId(), _ -> new StorySpans(before, now))
          .happened(after, events, now)
          .forEach(tracing::ended);
    }
  }

  /** Whoever speaks for the story next is somewhere else, or comes later. */
  public void left(String storyId) {
    stories.remove(storyId);
  }

  /** What a story wants, with its orders told their places in its trace. */
  public StoryDemand traced(StoryProgress story, StoryDemand demand) {
    if (!isTraced(story)) {
      return demand;
    }
    TraceContext whole = StorySpans.contextOf(story);
    return demand.withOrders(order -> order.in(Piece.of(order.lease()).in(whole)));
  }

  /** What has ended leaves the process; what is under way has not ended. */
  @Override
  public void close() {
    tracing.close();
  }
}
