package dev.longtake.coordinator.story.actor;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What stories work with.
 *
 * @param news told after each change; must not block
 * @param executor for {@link StoryWork}
 */
public record StorySurroundings(
    StoryWork work,
    Consumer<StoryNews> news,
    StoryMeter meter,
    Executor executor,
    InstantSource clock) {

  StorySurroundings withNews(Consumer<StoryNews> newNews) {
    return new StorySurroundings(work, newNews, meter, executor, clock);
  }
}
