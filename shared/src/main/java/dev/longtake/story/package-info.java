/**
 * What a user submits: stories, worlds, shots, transitions; and how their files are read and
 * checked. Pure but for {@code StoryFiles}, which opens the files.
 */
@NullMarked
package dev.longtake.story;

import org.jspecify.annotations.NullMarked;
