/**
 * How a story gets on, for a person on a screen, for a log, or for a script. The lines are made by
 * pure functions.
 */
@NullMarked
package dev.longtake.ops.progress;

import org.jspecify.annotations.NullMarked;
