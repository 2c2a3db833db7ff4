/**
 * Stories as traces: which parts a story has at a time, and how long each took. Follows from what
 * stories say of themselves, and is told to nobody here.
 */
@NullMarked
package dev.longtake.coordinator.traces;

import org.jspecify.annotations.NullMarked;
