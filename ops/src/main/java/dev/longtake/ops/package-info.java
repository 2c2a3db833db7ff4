/**
 * The {@code longtake} command: one class per subcommand, and {@link dev.longtake.ops.Main}, which
 * wires them. May use every other module; nothing depends on it. The only place that prints.
 */
@NullMarked
package dev.longtake.ops;

import org.jspecify.annotations.NullMarked;
