package dev.longtake.lease;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import java.time.Duration;
import java.util.Optional;

/** What a worker says about one lease that it holds. */
public record Report(LeaseToken lease, Progress progress) {

  public Report {
    requireNonNull(lease, "lease");
    requireNonNull(progress, "progress");
  }

  /** How far it is. */
  public sealed interface Progress {}

  /**
   * It goes on.
   *
   * @param waiting true while it waits for a neighbour's slab
   * @param stepTime what the last step took this worker by itself: until its neighbours could have
   *     its slabs, and without waiting for theirs; empty if it does not say
   */
  public record Running(int stepsDone, boolean waiting, Optional<Duration> stepTime)
      implements Progress {
    public Running {
      require(stepsDone >= 0, "stepsDone is negative: %d", stepsDone);
      requireNonNull(stepTime, "stepTime");
      require(
          stepTime.filter(Duration::isNegative).isEmpty(), "stepTime is negative: %s", stepTime);
    }

    /** Of a worker that does not say how long its steps take. */
    public Running(int stepsDone, boolean waiting) {
      this(stepsDone, waiting, Optional.empty());
    }
  }

  /**
   * It is done.
   *
   * @param artifact the chunk's final latents, or the segment's frames
   */
  public record Done(Digest artifact, long sizeBytes, Duration computeTime) implements Progress {
    public Done {
      requireNonNull(artifact, "artifact");
      require(sizeBytes >= 0, "sizeBytes is negative: %d", sizeBytes);
      requireNonNull(computeTime, "computeTime");
    }
  }

  /** The worker gives it up; the coordinator decides what follows. */
  public record Failed(ErrorCode code, String message) implements Progress {
    public Failed {
      requireNonNull(code, "code");
      requireNonNull(message, "message");
    }
  }
}
