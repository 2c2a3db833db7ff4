/**
 * The face of the engine: {@link dev.longtake.model.VideoModel} puts text encoder, transformer and
 * VAE together, and the report on a checkpoint says what they are and need. Sees {@code
 * tensor.Backend}, never a backend; loads nothing from a network.
 */
@NullMarked
package dev.longtake.model;

import org.jspecify.annotations.NullMarked;
