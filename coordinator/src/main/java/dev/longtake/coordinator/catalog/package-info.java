/**
 * Which stories there are, and the line about each that lists show: an indexed table beside the
 * journal. Who submits gets the story's id here; listing, filtering and paging are queries. What
 * happens to a story is decided in its journal alone: the table follows, and is never read to
 * decide it.
 */
@NullMarked
package dev.longtake.coordinator.catalog;

import org.jspecify.annotations.NullMarked;
