/** What Java's own serialization may bring into a process of the farm: next to nothing. */
@NullMarked
package dev.longtake.serial;

import org.jspecify.annotations.NullMarked;
