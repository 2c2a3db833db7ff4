/**
 * Workers' sessions: who is there, who was superseded, who is lost. {@link
 * dev.longtake.coordinator.workers.WorkerRoster} decides and is pure; the actor adds the clock and
 * passes on what workers say.
 */
@NullMarked
package dev.longtake.coordinator.workers;

import org.jspecify.annotations.NullMarked;
