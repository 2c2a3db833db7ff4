package dev.longtake.coordinator.story.actor;

import java.time.Duration;

/**
 * How long stories wait.
 *
 * @param progressInterval watchers hear of steps at most this often; of anything else at once
 * @param patience how long a task that meets a store that is busy or away is tried again, before it
 *     ends its story
 */
public record StoryTimes(Duration progressInterval, Duration patience) {}
