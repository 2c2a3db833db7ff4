/**
 * What happened to a farm while it was broken and mended, line by line, and whether it kept its
 * promises. Pure: reads no file, asks no farm.
 */
@NullMarked
package dev.longtake.loadtest.faults.history;

import org.jspecify.annotations.NullMarked;
