/**
 * How latents get from noise to a picture: sigma schedules, solvers, guidance. Pure: arrays and
 * numbers in, arrays and numbers out; no model, no I/O, no clock, no threads.
 */
@NullMarked
package dev.longtake.sampling;

import org.jspecify.annotations.NullMarked;
