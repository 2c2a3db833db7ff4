/**
 * A folder in the diffusers layout, as a whole: which parts it has, what is wrong with them, and
 * the card that says how it wants to be used. The files in it are read by {@code weights}.
 */
@NullMarked
package dev.longtake.checkpoint;

import org.jspecify.annotations.NullMarked;
