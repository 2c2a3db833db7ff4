/**
 * Whether what a plan's parts hand each other fits what carries it, asked before anything is
 * rendered. Pure.
 */
@NullMarked
package dev.longtake.limit;

import org.jspecify.annotations.NullMarked;
