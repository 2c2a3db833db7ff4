/**
 * How large messages may be, and whether what a plan's parts hand each other fits them: asked
 * before anything is rendered. Pure.
 */
@NullMarked
package dev.longtake.limit;

import org.jspecify.annotations.NullMarked;
