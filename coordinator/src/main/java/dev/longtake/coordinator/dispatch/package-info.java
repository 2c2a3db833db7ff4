/**
 * Who gets what: {@link dev.longtake.coordinator.dispatch.DispatchPolicy} says it, and is pure; a
 * board follows each change and finds the same without looking at everything. The actor knows
 * workers and open stories, asks stories to lease, and tells each worker what it should hold.
 */
@NullMarked
package dev.longtake.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
