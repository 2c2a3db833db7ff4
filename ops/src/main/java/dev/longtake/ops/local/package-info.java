/** A whole farm in one process, and its interruption. */
@NullMarked
package dev.longtake.ops.local;

import org.jspecify.annotations.NullMarked;
