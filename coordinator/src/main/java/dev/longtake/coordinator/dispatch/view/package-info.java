/** What dispatch tells people of the farm. Pure. */
@NullMarked
package dev.longtake.coordinator.dispatch.view;

import org.jspecify.annotations.NullMarked;
