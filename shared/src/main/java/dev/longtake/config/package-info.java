/**
 * Configuration files: from commented HOCON with units to checked records, every mistake told at
 * once with its key and line. The only package that knows Typesafe Config, beside the journal's
 * start; pure but for {@link dev.longtake.config.Configuration#read}, which opens the file.
 */
@NullMarked
package dev.longtake.config;

import org.jspecify.annotations.NullMarked;
