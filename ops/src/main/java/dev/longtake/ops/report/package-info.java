/**
 * What {@code longtake report} tells of a rendered film: reads the film's folder, has its frames
 * measured by {@code dev.longtake.consistency}, and writes the figures as text, JSON and a page.
 */
@NullMarked
package dev.longtake.ops.report;

import org.jspecify.annotations.NullMarked;
