/** The commands about who is let into a farm, and who changed what. */
@NullMarked
package dev.longtake.ops.access;

import org.jspecify.annotations.NullMarked;
