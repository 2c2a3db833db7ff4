package dev.longtake.coordinator.story;

import dev.longtake.digest.Digest;

/** What happened to the catalog of stories. In the journal: add, do not rename. */
sealed interface CatalogEvent extends Journaled {

  /**
   * A story got its id.
   *
   * @param sequence the how-manieth story of this farm, from 1
   * @param requestId chosen by the caller, makes repeating safe
   * @param content digest of the story, by which repeating is told from another story
   */
  record StoryRegistered(String storyId, long sequence, String requestId, Digest content)
      implements CatalogEvent {}

  /** A story has ended, so that nothing has to go on after a restart. */
  record StoryClosed(String storyId) implements CatalogEvent {}
}
