/**
 * Stories and what is true of them: {@link dev.longtake.coordinator.story.StoryProgress} with its
 * events and {@link dev.longtake.coordinator.story.StoryRules} decide and are pure; the actors keep
 * the journal, one per story, and the catalog of stories. All changes of a story happen here.
 */
@NullMarked
package dev.longtake.coordinator.story;

import org.jspecify.annotations.NullMarked;
