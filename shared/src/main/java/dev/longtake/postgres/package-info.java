/**
 * A PostgreSQL server of one's own on this machine, for tests and for trying a farm of several
 * coordinators. Who runs a real farm has a real one.
 */
@NullMarked
package dev.longtake.postgres;

import org.jspecify.annotations.NullMarked;
