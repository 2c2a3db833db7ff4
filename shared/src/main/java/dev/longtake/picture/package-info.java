/** What a reference picture is, found out from its bytes. Pure. */
@NullMarked
package dev.longtake.picture;

import org.jspecify.annotations.NullMarked;
