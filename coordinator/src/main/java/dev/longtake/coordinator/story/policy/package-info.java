/** What follows from what goes wrong, in one table. Pure. */
@NullMarked
package dev.longtake.coordinator.story.policy;

import org.jspecify.annotations.NullMarked;
