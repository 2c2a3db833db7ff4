/**
 * A farm of real processes on one machine that is broken in one way after the other while it
 * renders. What is broken when follows from a seed and from how far the story is; what happened is
 * written down, and judged by {@code history}.
 */
@NullMarked
package dev.longtake.loadtest.faults;

import org.jspecify.annotations.NullMarked;
