/** How long is waited before something is tried again. */
@NullMarked
package dev.longtake.backoff;

import org.jspecify.annotations.NullMarked;
