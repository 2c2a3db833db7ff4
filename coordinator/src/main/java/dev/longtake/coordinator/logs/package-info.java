/**
 * What workers and this coordinator say of stories, as lines that are kept with them in the
 * database of stories, and forgotten with them. May use the database and what stories are.
 */
@NullMarked
package dev.longtake.coordinator.logs;

import org.jspecify.annotations.NullMarked;
