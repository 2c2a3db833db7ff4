/**
 * What a trace is: the parts of a story's way through the farm, each with its begin, its end and
 * the part that it belongs to. Pure; what leaves the process does so in {@code otlp}.
 */
@NullMarked
package dev.longtake.trace;

import org.jspecify.annotations.NullMarked;
