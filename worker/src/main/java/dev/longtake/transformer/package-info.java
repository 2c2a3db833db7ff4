/**
 * The Wan diffusion transformer: its config, its blocks, positions in time and space, and the
 * control that its VACE variant reads beside the latents. Sees {@code tensor.Backend}, {@code
 * weights} and the VAE's config.
 */
@NullMarked
package dev.longtake.transformer;

import org.jspecify.annotations.NullMarked;
