package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.yaml.LoadedStory;

/** Submits a story such that repeating the command goes on with it. */
public final class Submission {

  private static final int ATTEMPTS_MAX = 10_000;

  private Submission() {}

  /**
   * The story as the farm has it: a running or finished one of the same content if there is one,
   * else a new one. One that failed or was cancelled is submitted again; its finished shots are not
   * rendered again, because results are found by what went into them.
   */
  public static StoryStatus submit(FarmClient farm, LoadedStory loaded, String renderer) {
    for (int attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
      String requestId = RequestId.of(loaded.story(), renderer, attempt);
      StoryStatus status = farm.submit(requestId, loaded.story(), loaded.pictures());
      if (status.state() != StoryState.FAILED && status.state() != StoryState.CANCELLED) {
        return status;
      }
    }
    throw new IllegalStateException("a story failed %d times".formatted(ATTEMPTS_MAX));
  }
}
