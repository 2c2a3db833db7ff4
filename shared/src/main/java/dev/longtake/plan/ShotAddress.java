package dev.longtake.plan;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

/**
 * Where a shot stands. Decides no bit of it.
 *
 * @param storyId empty while the story has none
 * @param shotIndex within the story, from 0
 * @param shotId as the story names it
 */
public record ShotAddress(String storyId, int shotIndex, String shotId) {

  public ShotAddress {
    requireNonNull(storyId, "storyId");
    require(shotIndex >= 0, "shotIndex is negative: %d", shotIndex);
    requireNonNull(shotId, "shotId");
  }
}
