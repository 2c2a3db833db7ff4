/**
 * The actors that keep stories: one for each story that goes on or is asked about, the host that
 * runs them, and the way to them. They carry out what {@code coordinator.story} decides: journal
 * its events, start its tasks through {@link dev.longtake.coordinator.story.actor.StoryWork}, tell
 * those who watch. All changes of a story happen here.
 */
@NullMarked
package dev.longtake.coordinator.story.actor;

import org.jspecify.annotations.NullMarked;
