/**
 * From a story to shots, chunks, boundaries and segments; from inputs to content-addressed shot
 * keys. Pure: the plan depends on its arguments alone.
 */
@NullMarked
package dev.longtake.plan;

import org.jspecify.annotations.NullMarked;
