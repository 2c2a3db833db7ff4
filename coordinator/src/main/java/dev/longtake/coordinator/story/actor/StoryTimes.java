package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.moves.Slowness;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.vigil.Stillness;
import java.time.Duration;

/**
 * How long stories wait, how much they read, and what they bear.
 *
 * @param progressInterval watchers hear of steps at most this often; of anything else at once
 * @param patience how long a task that meets a store that is busy or away is tried again, before it
 *     ends its story
 * @param snapshotEvents events from one snapshot to the next: so many are read at most, beside it,
 *     when the story goes on in another process
 * @param stillness how long nothing may happen
 * @param slowness how slow a worker may be
 */
public record StoryTimes(
    Duration progressInterval,
    Duration patience,
    int snapshotEvents,
    FailurePolicy failures,
    Stillness.Patience stillness,
    Slowness slowness) {}
