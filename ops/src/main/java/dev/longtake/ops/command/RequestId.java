package dev.longtake.ops.command;

import dev.longtake.digest.Digest;
import dev.longtake.story.Story;
import java.nio.charset.StandardCharsets;

/**
 * Names a submission by what is submitted, so that the same command means the same story. A story
 * names its pictures by their digests, so its own text says everything.
 */
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
    String everything = story + "\n" + renderer;
    String hex = Digest.of(everything.getBytes(StandardCharsets.UTF_8)).hex();
    return hex.substring(0, DIGITS) + "-" + attempt;
  }
}
