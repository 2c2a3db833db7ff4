/**
 * What was seen from outside, as it was seen: leases, stories, latencies, and the course of time.
 */
@NullMarked
package dev.longtake.loadtest.history;

import org.jspecify.annotations.NullMarked;
