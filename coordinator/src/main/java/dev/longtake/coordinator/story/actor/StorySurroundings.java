package dev.longtake.coordinator.story.actor;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What stories work with.
 *
 * @param news told after each change; must not block
 * @param book told the line about each story
 * @param node names this process, if there are several coordinators; empty for a single one
 * @param threads for {@link StoryWork}
 */
public record StorySurroundings(
    StoryWork work,
    Consumer<StoryNews> news,
    SummaryBook book,
    Optional<String> node,
    StoryMeter meter,
    TaskThreads threads,
    InstantSource clock,
    StoryTimes times) {}
