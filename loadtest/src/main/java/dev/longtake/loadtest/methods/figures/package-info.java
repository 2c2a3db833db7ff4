/**
 * What a comparison of methods found out: figures of films, tables, JSON, plots. Knows nothing of
 * how films are made. Pure.
 */
@NullMarked
package dev.longtake.loadtest.methods.figures;

import org.jspecify.annotations.NullMarked;
