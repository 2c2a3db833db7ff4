/** The figures of a run, for programs and for people, and how two runs differ. */
@NullMarked
package dev.longtake.loadtest.report;

import org.jspecify.annotations.NullMarked;
