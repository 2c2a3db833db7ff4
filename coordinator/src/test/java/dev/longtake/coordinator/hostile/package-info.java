/**
 * Peers that mean harm: small programs that each do one wicked thing to a real coordinator on
 * loopback, for a bounded time, and the test that lets them loose beside somebody honest.
 */
@NullMarked
package dev.longtake.coordinator.hostile;

import org.jspecify.annotations.NullMarked;
