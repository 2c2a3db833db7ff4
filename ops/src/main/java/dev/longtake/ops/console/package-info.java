/**
 * Where the program prints and logs, how it ends, and how numbers are put into words. The only
 * package that touches the process itself.
 */
@NullMarked
package dev.longtake.ops.console;

import org.jspecify.annotations.NullMarked;
