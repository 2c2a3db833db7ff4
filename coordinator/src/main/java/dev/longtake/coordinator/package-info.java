/**
 * The coordinator's wiring: its configuration, the start of its parts in the order in which they
 * need each other, and their end in reverse. Nothing depends on it.
 */
@NullMarked
package dev.longtake.coordinator;

import org.jspecify.annotations.NullMarked;
