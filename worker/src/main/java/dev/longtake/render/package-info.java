/**
 * Turns orders into latents and frames: the step loop over resident chunks, the exchange with their
 * neighbours, references and prompts as conditions, and the decoding of segments. Sees the engine
 * only as {@link dev.longtake.render.RenderModel}, the farm only as slabs, artifacts and orders; no
 * clock, no sockets, no threads of its own.
 */
@NullMarked
package dev.longtake.render;

import org.jspecify.annotations.NullMarked;
