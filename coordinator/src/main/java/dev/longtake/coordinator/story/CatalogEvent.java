package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.status.StorySummary;

/**
 * What happened to the catalog of stories, as earlier builds journaled it. Read when their journals
 * are opened, and never written: the catalog is a table now.
 */
public sealed interface CatalogEvent {

  /**
   * A story got its id.
   *
   * @param sequence the how-manieth story of this farm, from 1
   * @param requestId chosen by the caller, makes repeating safe
   * @param content digest of the story, by which repeating is told from another story
   */
  record StoryRegistered(String storyId, long sequence, String requestId, Digest content)
      implements CatalogEvent {
    public StoryRegistered {
      requireNonNull(storyId, "storyId");
      requireNonNull(requestId, "requestId");
      requireNonNull(content, "content");
    }
  }

  /**
   * A story has ended, so that nothing has to go on after a restart.
   *
   * @param summary what lists say of it from now on, without asking it
   */
  record StoryClosed(StorySummary summary) implements CatalogEvent {
    public StoryClosed {
      requireNonNull(summary, "summary");
    }
  }
}
