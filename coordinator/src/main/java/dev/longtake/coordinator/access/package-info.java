/**
 * Who may make which call: what a peer's certificate says, and one table of what every call needs.
 * Asked before any service hears of a call.
 */
@NullMarked
package dev.longtake.coordinator.access;

import org.jspecify.annotations.NullMarked;
