/**
 * The database of a coordinator, in which the journal and the catalog of stories are: its pool of
 * connections and its tables. What is in them is the business of {@code coordinator.journal} and
 * {@code coordinator.catalog}.
 */
@NullMarked
package dev.longtake.coordinator.database;

import org.jspecify.annotations.NullMarked;
