/**
 * How things look in a picture, where something is found in it, and how alike two looks are: by
 * colour and by shape, without any network. Pure.
 */
@NullMarked
package dev.longtake.consistency.look;

import org.jspecify.annotations.NullMarked;
