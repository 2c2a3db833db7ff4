package dev.longtake.story.status;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a story stands; always a full statement.
 *
 * @param endTime there once the story has ended
 * @param failure there if it has failed
 * @param files the film and its parts; filled when it has succeeded
 * @param frameCount frames of the film
 * @param engineClass empty until a worker class is chosen for it
 * @param assembling true while the film is put together from finished shots
 */
public record StoryStatus(
    String storyId,
    String name,
    StoryState state,
    Instant submitTime,
    Optional<Instant> endTime,
    List<ShotStatus> shots,
    Optional<Failure> failure,
    List<FilmFile> files,
    int frameCount,
    int workerCount,
    String engineClass,
    boolean assembling) {

  /**
   * Why a story failed.
   *
   * @param code dotted, as {@code ErrorCode.dotted} gives it
   */
  public record Failure(String code, String message) {
    public Failure {
      requireNonNull(code, "code");
      requireNonNull(message, "message");
    }
  }

  public StoryStatus {
    requireNonNull(storyId, "storyId");
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    requireNonNull(submitTime, "submitTime");
    requireNonNull(endTime, "endTime");
    shots = List.copyOf(shots);
    requireNonNull(failure, "failure");
    files = List.copyOf(files);
    requireNonNull(engineClass, "engineClass");
  }
}
