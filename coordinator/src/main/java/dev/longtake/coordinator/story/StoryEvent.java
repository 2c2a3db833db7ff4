package dev.longtake.coordinator.story;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.Story;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.Submission;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What happened to a story. The journal holds these and nothing else; what they look like there is
 * decided in {@code coordinator.journal}.
 */
public sealed interface StoryEvent {

  /**
   * A person submitted it.
   *
   * @param sequence the how-manieth story of this farm
   */
  record StorySubmitted(String storyId, long sequence, Story story, Submission submission)
      implements StoryEvent {

    /** Where nobody is asked whose it is. */
    public StorySubmitted(String storyId, long sequence, Story story, Instant at) {
      this(storyId, sequence, story, new Submission(at));
    }
  }

  /** Model and engine class are pinned, which gives the plan; known results are taken over. */
  record StoryPlanned(ModelCard model, String engineClass, List<KnownShot> known)
      implements StoryEvent {
    public StoryPlanned {
      known = List.copyOf(known);
    }
  }

  /** An earlier rendering of the same inputs. */
  record KnownShot(int shotIndex, ShotResult result) {}

  /** Chunks or segments of a shot were leased. */
  record WorkLeased(int shotIndex, Kind kind, List<Grant> grants) implements StoryEvent {
    public WorkLeased {
      grants = List.copyOf(grants);
    }
  }

  /** One chunk or segment for one worker. */
  record Grant(int index, WorkerKey worker) {}

  /** A worker fulfilled a lease. */
  record WorkDone(int shotIndex, Kind kind, int index, int attempt, Digest artifact)
      implements StoryEvent {}

  /** A worker gave a lease up. */
  record WorkFailed(
      int shotIndex, Kind kind, int index, int attempt, ErrorCode code, String message)
      implements StoryEvent {}

  /** A worker ended, or was not heard any more, while it held these. */
  record HolderLost(int shotIndex, Kind kind, List<Integer> indexes) implements StoryEvent {
    public HolderLost {
      indexes = List.copyOf(indexes);
    }
  }

  /**
   * These go back to waiting.
   *
   * @param avoid the worker that gave one of them up
   */
  record WorkReleased(int shotIndex, Kind kind, List<Integer> indexes, Optional<WorkerKey> avoid)
      implements StoryEvent {
    public WorkReleased {
      indexes = List.copyOf(indexes);
    }
  }

  /**
   * These waiting chunks go on from checkpoints; those of the same worker that exchanged with each
   * other all from the same step.
   */
  record ChunksToResume(int shotIndex, List<ResumePoint> points) implements StoryEvent {
    public ChunksToResume {
      points = List.copyOf(points);
    }
  }

  /** One chunk and the step whose checkpoint it goes on from. */
  record ResumePoint(int index, int step) {}

  /** All chunks of a shot are done and their latents are one artifact. */
  record ShotJoined(int shotIndex, Digest latents) implements StoryEvent {}

  /** The film and its parts are there. */
  record FilmAssembled(List<FilmFile> files, Instant at) implements StoryEvent {
    public FilmAssembled {
      files = List.copyOf(files);
    }
  }

  /** A finished shot can be watched. */
  record ClipCut(int shotIndex, FilmFile clip) implements StoryEvent {
    public ClipCut {
      requireNonNull(clip, "clip");
    }
  }

  /** The workers of the engine class that the story was pinned to have left before they began. */
  record StoryUnpinned(String engineClass, Instant at) implements StoryEvent {
    public StoryUnpinned {
      requireNonNull(engineClass, "engineClass");
    }
  }

  /** The story cannot be rendered. */
  record StoryFailed(ErrorCode code, String message, Instant at) implements StoryEvent {}

  /** The story that failed goes on from where it stood. */
  record StoryRetried(Instant at) implements StoryEvent {}

  /**
   * A coordinator's process is the one that writes from here on. Each journaled event has its place
   * once, so another one that still believes to be it is refused when it next writes.
   *
   * @param node the process
   * @param incarnation the how-manieth event of the story this is; greater than any before
   */
  record StoryClaimed(String node, long incarnation) implements StoryEvent {
    public StoryClaimed {
      requireNonNull(node, "node");
    }
  }

  /** A person wants it no more. */
  record StoryCancelled(Instant at) implements StoryEvent {}
}
