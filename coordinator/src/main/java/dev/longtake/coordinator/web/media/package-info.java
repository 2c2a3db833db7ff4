/** What pages embed of stories: their files, the pictures they are given, drafts of their shots. */
@NullMarked
package dev.longtake.coordinator.web.media;

import org.jspecify.annotations.NullMarked;
