/**
 * The latent store of a coordinator: on its heap, or shared with other coordinators, as it is
 * configured.
 */
@NullMarked
package dev.longtake.coordinator.latents;

import org.jspecify.annotations.NullMarked;
