/**
 * Hostile bytes for everything that reads bytes from outside. {@link
 * dev.longtake.ops.fuzz.FuzzTargets} is the one table of what that is; {@code FuzzTest} tries each
 * for a moment in every build, {@code LongFuzz} for as long as it is given, led by coverage.
 */
@NullMarked
package dev.longtake.ops.fuzz;

import org.jspecify.annotations.NullMarked;
