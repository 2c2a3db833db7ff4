package dev.longtake.coordinator.story.actor;

import java.time.Duration;

/**
 * How long stories wait, and how much they read.
 *
 * @param progressInterval watchers hear of steps at most this often; of anything else at once
 * @param patience how long a task that meets a store that is busy or away is tried again, before it
 *     ends its story
 * @param snapshotEvents events from one snapshot to the next: so many are read at most, beside it,
 *     when the story goes on in another process
 */
public record StoryTimes(Duration progressInterval, Duration patience, int snapshotEvents) {}
