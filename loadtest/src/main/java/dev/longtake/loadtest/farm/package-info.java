/** The coordinator under load: a process of its own, and what it says of itself. */
@NullMarked
package dev.longtake.loadtest.farm;

import org.jspecify.annotations.NullMarked;
