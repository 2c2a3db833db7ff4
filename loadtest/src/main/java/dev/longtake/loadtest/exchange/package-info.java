/**
 * Slabs on their way from one worker to its neighbour: what each part of that way takes, measured
 * beside the bare libraries that it is made of.
 */
@NullMarked
package dev.longtake.loadtest.exchange;

import org.jspecify.annotations.NullMarked;
