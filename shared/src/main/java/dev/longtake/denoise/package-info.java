/**
 * How far a shot is denoised, as far as the coordinator has to know it too: the noise levels by
 * step, and how a sampler's state between two steps is written. Pure.
 */
@NullMarked
package dev.longtake.denoise;

import org.jspecify.annotations.NullMarked;
