/** What was said of stories and workers, as a person or a program reads it. */
@NullMarked
package dev.longtake.ops.logs;

import org.jspecify.annotations.NullMarked;
