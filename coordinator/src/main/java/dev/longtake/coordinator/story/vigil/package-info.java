/**
 * Says of stories what does not move: to the log, as a figure, and to whoever asks why. What does
 * not is decided by {@link dev.longtake.coordinator.story.vigil.Stillness}.
 */
@NullMarked
package dev.longtake.coordinator.story.vigil;

import org.jspecify.annotations.NullMarked;
