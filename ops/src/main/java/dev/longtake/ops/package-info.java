/**
 * The {@code longtake} program: {@link dev.longtake.ops.Main} wires the commands. May use every
 * other module.
 */
@NullMarked
package dev.longtake.ops;

import org.jspecify.annotations.NullMarked;
