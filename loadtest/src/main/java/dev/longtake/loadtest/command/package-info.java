/** The commands that people type: they read options, and print. */
@NullMarked
package dev.longtake.loadtest.command;

import org.jspecify.annotations.NullMarked;
