/**
 * What goes between the engine's thread and the farm's stores while the engine computes: slabs,
 * checkpoints, pictures, latents, results. Waits on background threads, so that the engine never
 * does.
 */
@NullMarked
package dev.longtake.render.transfer;

import org.jspecify.annotations.NullMarked;
