/**
 * Drafts of shots that are under way: made when somebody looks, from what their chunks keep anyway,
 * without the model and on a thread of their own.
 */
@NullMarked
package dev.longtake.coordinator.draft;

import org.jspecify.annotations.NullMarked;
