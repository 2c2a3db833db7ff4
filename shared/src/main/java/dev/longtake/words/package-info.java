/**
 * Words as people type them: durations with units, and what a misspelt word was meant to be. Used
 * wherever a person writes a file. Pure.
 */
@NullMarked
package dev.longtake.words;

import org.jspecify.annotations.NullMarked;
