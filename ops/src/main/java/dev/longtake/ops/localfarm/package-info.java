/**
 * {@code ops/local-farm}: a whole farm on one machine, each part a program of its own, to try what
 * a farm does. Where the parts' settings come from is pure; starting, looking and ending is not.
 */
@NullMarked
package dev.longtake.ops.localfarm;

import org.jspecify.annotations.NullMarked;
