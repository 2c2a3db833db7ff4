/** Which workers should give work to others that have none. Pure. */
@NullMarked
package dev.longtake.coordinator.dispatch.moves;

import org.jspecify.annotations.NullMarked;
