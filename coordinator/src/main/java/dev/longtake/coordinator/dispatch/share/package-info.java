/**
 * Which tenant gets the next worker: weights, quotas, what was used. Pure; told what time it is.
 */
@NullMarked
package dev.longtake.coordinator.dispatch.share;

import org.jspecify.annotations.NullMarked;
