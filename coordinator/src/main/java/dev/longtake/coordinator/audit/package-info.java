/**
 * Who changed what, through whichever door of this coordinator: written as it happens, and never
 * shortened.
 */
@NullMarked
package dev.longtake.coordinator.audit;

import org.jspecify.annotations.NullMarked;
