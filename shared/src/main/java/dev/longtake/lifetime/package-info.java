/**
 * Who closes what has been opened, where several parts make one; and how what takes long is given
 * up.
 */
@NullMarked
package dev.longtake.lifetime;

import org.jspecify.annotations.NullMarked;
