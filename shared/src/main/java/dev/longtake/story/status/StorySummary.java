package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A line about a story, for lists; {@link StoryStatus} says all of it.
 *
 * @param ending there once the story has ended
 * @param frameCount frames of the film
 * @param shots those of which all frames are there, and all
 */
public record StorySummary(
    String storyId,
    String name,
    StoryState state,
    Submission submission,
    Optional<StoryStatus.Ending> ending,
    int frameCount,
    Count shots) {

  public StorySummary {
    requireNonNull(storyId, "storyId");
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    requireNonNull(submission, "submission");
    requireNonNull(ending, "ending");
    require(frameCount >= 0, "frameCount is negative: %d", frameCount);
    requireNonNull(shots, "shots");
  }

  /** The line about a story of which nobody was asked whose it is. */
  public StorySummary(
      String storyId,
      String name,
      StoryState state,
      Instant submitTime,
      Optional<StoryStatus.Ending> ending,
      int frameCount,
      Count shots) {
    this(storyId, name, state, new Submission(submitTime), ending, frameCount, shots);
  }

  /** When it was submitted. */
  public Instant submitTime() {
    return submission.at();
  }

  /** The team whose it is. */
  public String tenant() {
    return submission.owner().tenant();
  }

  /** Why it failed; empty if it has not. */
  public Optional<StoryStatus.Failure> failure() {
    return ending.flatMap(StoryStatus.Ending::failure);
  }
}
