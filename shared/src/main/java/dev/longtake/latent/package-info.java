/**
 * Latents and what neighbours exchange of them: keyed noise, slabs and their codec, overlap fusion,
 * and the store interface. Pure; other stores live in their own packages.
 */
@NullMarked
package dev.longtake.latent;

import org.jspecify.annotations.NullMarked;
