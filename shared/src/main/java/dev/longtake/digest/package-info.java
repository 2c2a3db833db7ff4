/** SHA-256 digests, by which everything content-addressed is named. Pure: only the JDK. */
@NullMarked
package dev.longtake.digest;

import org.jspecify.annotations.NullMarked;
