/**
 * Drafts: what a shot under way will look like, made of its latents without the model, by a small
 * linear map that belongs to a checkpoint. Pure.
 */
@NullMarked
package dev.longtake.draft;

import org.jspecify.annotations.NullMarked;
