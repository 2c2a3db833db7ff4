/** Where a story, its shots and its film stand, as the coordinator tells it. Pure. */
@NullMarked
package dev.longtake.story.status;

import org.jspecify.annotations.NullMarked;
