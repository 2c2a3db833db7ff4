/** Enums whose constants people write by a word: one place that reads and lists them. Pure. */
@NullMarked
package dev.longtake.word;

import org.jspecify.annotations.NullMarked;
