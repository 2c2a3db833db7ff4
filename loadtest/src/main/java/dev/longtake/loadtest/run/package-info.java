/** A run from its start to its end, in the order in which things happen. */
@NullMarked
package dev.longtake.loadtest.run;

import org.jspecify.annotations.NullMarked;
