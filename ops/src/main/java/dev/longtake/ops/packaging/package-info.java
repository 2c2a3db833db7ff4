/**
 * What {@code ops/package} cannot say in a script: the list of everything that a package holds,
 * with its licences, and container images without a container daemon. Everything is a function of
 * the files it is given: no clock, no network, and the same bytes again.
 */
@NullMarked
package dev.longtake.ops.packaging;

import org.jspecify.annotations.NullMarked;
