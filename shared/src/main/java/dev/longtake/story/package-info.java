/**
 * What a user submits: stories, worlds, shots, transitions, and how large they may be. Pure; the
 * files they are written in are read by {@code story.yaml}.
 */
@NullMarked
package dev.longtake.story;

import org.jspecify.annotations.NullMarked;
