/** People who submit stories, watch them and fetch the films. */
@NullMarked
package dev.longtake.loadtest.client;

import org.jspecify.annotations.NullMarked;
