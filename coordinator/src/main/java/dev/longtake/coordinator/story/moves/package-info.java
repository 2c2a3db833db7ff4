/**
 * When chunks of workers that are well go elsewhere: who is wished to give some up, who is slower
 * than the others, and for whom it would be worth it. Nothing here has a clock, or is journaled.
 */
@NullMarked
package dev.longtake.coordinator.story.moves;

import org.jspecify.annotations.NullMarked;
