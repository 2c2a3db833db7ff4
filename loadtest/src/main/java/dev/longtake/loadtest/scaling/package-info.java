/**
 * How much faster a farm of more workers is. Pure: what is measured comes in as numbers, what
 * follows from them comes out.
 */
@NullMarked
package dev.longtake.loadtest.scaling;

import org.jspecify.annotations.NullMarked;
