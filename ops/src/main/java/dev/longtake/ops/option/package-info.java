/** Options that several commands share, and how their values are read. */
@NullMarked
package dev.longtake.ops.option;

import org.jspecify.annotations.NullMarked;
