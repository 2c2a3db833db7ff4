/**
 * Who gets what: {@link dev.longtake.coordinator.dispatch.DispatchPolicy} decides and is pure; its
 * actor knows workers and open stories, asks stories to lease, and tells each worker what it should
 * hold.
 */
@NullMarked
package dev.longtake.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
