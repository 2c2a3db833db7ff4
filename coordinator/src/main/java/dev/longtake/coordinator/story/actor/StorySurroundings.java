package dev.longtake.coordinator.story.actor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What stories work with.
 *
 * @param news told after each change; must not block
 * @param book told the line about each story
 * @param node names this process, if there are several coordinators; empty for a single one
 * @param executor for {@link StoryWork}
 * @param progressInterval watchers hear of steps at most this often; of anything else at once
 */
public record StorySurroundings(
    StoryWork work,
    Consumer<StoryNews> news,
    SummaryBook book,
    Optional<String> node,
    StoryMeter meter,
    Executor executor,
    InstantSource clock,
    Duration progressInterval) {}
