/** What the tests of this and other modules share. */
@NullMarked
package dev.longtake.testing;

import org.jspecify.annotations.NullMarked;
