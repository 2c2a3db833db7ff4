/**
 * Checkpoint files: safetensors, mapped, checked and bounded, and the Hugging Face diffusers folder
 * layout around them. Turns every malformed input into one sentence; knows no model. May use files,
 * JSON and the shapes of {@code tensor}.
 */
@NullMarked
package dev.longtake.weights;

import org.jspecify.annotations.NullMarked;
