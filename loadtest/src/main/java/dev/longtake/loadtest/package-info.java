/**
 * The program {@code loadtest}: what a farm of any size would do, found out on one machine. Knows
 * the wire and what {@code shared} knows; the coordinator is a process of its own.
 */
@NullMarked
package dev.longtake.loadtest;

import org.jspecify.annotations.NullMarked;
