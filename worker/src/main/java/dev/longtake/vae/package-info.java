/**
 * The causal video VAE of Wan 2.1 and 2.2: pixels to latents and back, a few frames at a time and,
 * where a picture is large, tile by tile. Sees {@code tensor.Backend} and {@code weights}.
 */
@NullMarked
package dev.longtake.vae;

import org.jspecify.annotations.NullMarked;
