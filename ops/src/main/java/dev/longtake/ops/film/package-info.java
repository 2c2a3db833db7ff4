/** The folder that a film is delivered to, and what is said of it. */
@NullMarked
package dev.longtake.ops.film;

import org.jspecify.annotations.NullMarked;
