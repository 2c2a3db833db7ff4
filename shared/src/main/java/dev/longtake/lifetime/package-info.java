/** Who closes what has been opened, where several parts make one. */
@NullMarked
package dev.longtake.lifetime;

import org.jspecify.annotations.NullMarked;
