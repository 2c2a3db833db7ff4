/**
 * Stories and what is true of them: {@link dev.longtake.coordinator.story.StoryProgress} is what
 * its events come to, {@link dev.longtake.coordinator.story.StoryRules} and {@link
 * dev.longtake.coordinator.story.ReportRules} say which events follow, {@link
 * dev.longtake.coordinator.story.RunningTasks} which tasks. Nothing here knows an actor, a clock or
 * a file.
 */
@NullMarked
package dev.longtake.coordinator.story;

import org.jspecify.annotations.NullMarked;
