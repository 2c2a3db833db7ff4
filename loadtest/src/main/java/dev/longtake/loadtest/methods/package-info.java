/**
 * Other ways to make one long shot of short windows, in our own engine: same weights, seeds and
 * steps, measured with the same gauges as ours. What is not ours lives here alone and is never part
 * of a farm. The farm's own way is written down here once more, small, and a test holds it to what
 * a farm renders, bit for bit.
 */
@NullMarked
package dev.longtake.loadtest.methods;

import org.jspecify.annotations.NullMarked;
