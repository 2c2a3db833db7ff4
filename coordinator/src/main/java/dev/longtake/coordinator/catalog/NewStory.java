package dev.longtake.coordinator.catalog;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.story.status.Owner;

/**
 * A story that is to get an id.
 *
 * @param requestId chosen by the caller, makes repeating safe
 * @param content digest of the story, by which repeating is told from another story
 * @param owner whose it is to be; a request id is one of its tenant's
 * @param frameCount frames of the film, as far as that is known before there is a plan
 */
public record NewStory(
    String requestId, Digest content, Owner owner, String name, int frameCount, int shotCount) {
  public NewStory {
    requireNonNull(requestId, "requestId");
    requireNonNull(content, "content");
    requireNonNull(owner, "owner");
    requireNonNull(name, "name");
  }
}
