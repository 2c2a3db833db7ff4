/**
 * Workers on the real protocol that compute nothing: they wait as long as computing would take, and
 * hand in small results that are right.
 */
@NullMarked
package dev.longtake.loadtest.worker;

import org.jspecify.annotations.NullMarked;
