/**
 * How story and world files are read: every mistake is told at once, with its place. Pure but for
 * {@code StoryFiles}, which opens them.
 */
@NullMarked
package dev.longtake.story.yaml;

import org.jspecify.annotations.NullMarked;
