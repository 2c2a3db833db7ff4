package dev.longtake.ops.command;

import dev.longtake.digest.Digest;
import dev.longtake.story.Story;
import dev.longtake.wire.StoryWire;

/** Names a submission by what is submitted, so that the same command means the same story. */
final class RequestId {

  private static final int DIGITS = 40;

  private RequestId() {}

  /**
   * The id of the {@code attempt}-th submission, from 1, of a story.
   *
   * @param renderer what else decides the film: checkpoint and engine class; empty if the farm
   *     chooses
   */
  static String of(Story story, String renderer, int attempt) {
    String everything = StoryWire.contentDigest(story).hex() + "\n" + renderer;
    return Digest.ofText(everything).hex().substring(0, DIGITS) + "-" + attempt;
  }
}
