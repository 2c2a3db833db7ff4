/** Runs of decoded RGB frames and the codec of their artifacts. */
@NullMarked
package dev.longtake.frames;

import org.jspecify.annotations.NullMarked;
