package dev.longtake.story.status;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a story stands; always a full statement.
 *
 * @param ending there once the story has ended
 */
public record StoryStatus(
    String storyId,
    String name,
    StoryState state,
    Submission submission,
    Optional<Ending> ending,
    Renderers renderers,
    List<ShotStatus> shots,
    Film film) {

  /**
   * When and how a story ended.
   *
   * @param failure there if it has failed
   */
  public record Ending(Instant at, Optional<Failure> failure) {
    public Ending {
      requireNonNull(at, "at");
      requireNonNull(failure, "failure");
    }
  }

  /**
   * Why a story failed.
   *
   * @param code dotted, as {@code ErrorCode.dotted} gives it
   */
  public record Failure(String code, String message) {
    public Failure {
      require(!code.isEmpty(), "code is empty");
      requireNonNull(message, "message");
    }
  }

  /**
   * Who renders it.
   *
   * @param engineClass empty until one is chosen
   * @param workerCount workers that hold a part of it now
   * @param heldUp why workers get nothing new of it now, in a sentence; empty if they do
   */
  public record Renderers(String engineClass, int workerCount, Optional<String> heldUp) {
    public Renderers {
      requireNonNull(engineClass, "engineClass");
      requireNonNull(heldUp, "heldUp");
    }

    /** With nothing in the way. */
    public Renderers(String engineClass, int workerCount) {
      this(engineClass, workerCount, Optional.empty());
    }
  }

  /**
   * What is to come of it.
   *
   * @param assembling true while it is put together from finished shots
   * @param files the film and its parts; filled when the story has succeeded
   */
  public record Film(int frameCount, boolean assembling, List<FilmFile> files) {
    public Film {
      files = List.copyOf(files);
    }
  }

  public StoryStatus {
    requireNonNull(storyId, "storyId");
    requireNonNull(name, "name");
    requireNonNull(state, "state");
    requireNonNull(submission, "submission");
    requireNonNull(ending, "ending");
    requireNonNull(renderers, "renderers");
    shots = List.copyOf(shots);
    requireNonNull(film, "film");
  }

  /** Where a story stands of which nobody was asked whose it is. */
  public StoryStatus(
      String storyId,
      String name,
      StoryState state,
      Instant submitTime,
      Optional<Ending> ending,
      Renderers renderers,
      List<ShotStatus> shots,
      Film film) {
    this(storyId, name, state, new Submission(submitTime), ending, renderers, shots, film);
  }

  /** When it was submitted. */
  public Instant submitTime() {
    return submission.at();
  }

  /** The team whose it is. */
  public String tenant() {
    return submission.owner().tenant();
  }

  /** The same, with workers that get nothing new of it for a reason. */
  public StoryStatus heldUp(Optional<String> why) {
    var held = new Renderers(renderers.engineClass(), renderers.workerCount(), why);
    return new StoryStatus(storyId, name, state, submission, ending, held, shots, film);
  }

  /** Why it failed; empty if it has not. */
  public Optional<Failure> failure() {
    return ending.flatMap(Ending::failure);
  }
}
