package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.story.status.ShotState;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.yaml.LoadedStory;
import java.util.Set;

/** Submits a story such that repeating the command goes on with it. */
public final class Submission {

  private static final int ATTEMPTS_MAX = 10_000;

  /** Frames that are gone or damaged have to be rendered again. */
  private static final Set<String> LOST_FRAMES =
      Set.of(ErrorCode.NOT_FOUND.dotted(), ErrorCode.DATA_CORRUPT.dotted());

  private Submission() {}

  /**
   * The story as the farm has it: a running or finished one of the same content if there is one,
   * else a new one. One of which only the film is missing goes on. Any other that failed or was
   * cancelled is submitted again, so that the workers of today are chosen for it; its finished
   * shots are not rendered again, because results are found by what went into them.
   */
  public static StoryStatus submit(FarmClient farm, LoadedStory loaded, String renderer) {
    return submit(farm, loaded, renderer, "");
  }

  /**
   * The same.
   *
   * @param tenant the team whose it is to be; empty for the caller's own
   */
  static StoryStatus submit(FarmClient farm, LoadedStory loaded, String renderer, String tenant) {
    for (int attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
      String requestId = RequestId.of(loaded.story(), renderer, attempt);
      StoryStatus status = farm.submit(requestId, loaded.story(), loaded.pictures(), tenant);
      if (status.state() == StoryState.FAILED && lacksOnlyItsFilm(status)) {
        return farm.retry(status.storyId());
      }
      if (status.state() != StoryState.FAILED && status.state() != StoryState.CANCELLED) {
        return status;
      }
    }
    throw new IllegalStateException("a story failed %d times".formatted(ATTEMPTS_MAX));
  }

  /** Whether all frames are there, as far as the farm could read them. */
  private static boolean lacksOnlyItsFilm(StoryStatus status) {
    return status.shots().stream().allMatch(shot -> shot.state() == ShotState.DONE)
        && status.failure().map(StoryStatus.Failure::code).filter(LOST_FRAMES::contains).isEmpty();
  }
}
