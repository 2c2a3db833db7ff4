/** One class per subcommand of {@code longtake}, and what they say to a farm. */
@NullMarked
package dev.longtake.ops.command;

import org.jspecify.annotations.NullMarked;
