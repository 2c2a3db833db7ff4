/**
 * Whether a coordinator is alive, and whether it can work: what its parts answer, asked now and
 * then. {@code PartsAnswers} decides, {@code Health} asks and tells. It knows none of the parts.
 */
@NullMarked
package dev.longtake.coordinator.health;

import org.jspecify.annotations.NullMarked;
