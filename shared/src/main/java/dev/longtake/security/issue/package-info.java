/**
 * Makes certificates for a farm that has nobody to issue them. The only place that knows Bouncy
 * Castle; programs of a farm read certificates without it.
 */
@NullMarked
package dev.longtake.security.issue;

import org.jspecify.annotations.NullMarked;
