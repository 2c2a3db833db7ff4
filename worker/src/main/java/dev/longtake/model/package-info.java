/**
 * The neural network parts of the Wan family: text, transformer, VAE, and what prepares their
 * input. Sees {@code tensor.Backend}, never a backend; loads from {@code weights}.
 */
@NullMarked
package dev.longtake.model;

import org.jspecify.annotations.NullMarked;
