/**
 * What should go elsewhere: work of workers to others that have none, stories to other engine
 * classes. Pure.
 */
@NullMarked
package dev.longtake.coordinator.dispatch.moves;

import org.jspecify.annotations.NullMarked;
