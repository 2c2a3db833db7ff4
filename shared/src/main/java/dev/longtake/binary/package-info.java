/** The frame that all binary forms share: magic, version, axes, digest, bounds. Pure. */
@NullMarked
package dev.longtake.binary;

import org.jspecify.annotations.NullMarked;
