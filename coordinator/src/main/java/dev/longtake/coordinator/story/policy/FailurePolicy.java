package dev.longtake.coordinator.story.policy;

import static dev.longtake.error.Require.require;

import dev.longtake.error.ErrorCode;

/**
 * What follows from what goes wrong with a piece of work: for the piece, for its story, and for the
 * worker. Pure. {@code ops/docs/reliability.md} has the same table.
 *
 * @param lossesMax when so many different workers were lost one after the other while they held a
 *     piece of work that comes no further, its story fails
 */
public record FailurePolicy(int lossesMax) {

  /** How often a chunk or a segment may be given up before its story is. */
  public static final int FAILURES_MAX = 3;

  /**
   * So many times as many losses are too many whoever was lost: one machine that ends by itself
   * fails no story of a farm where others are, and a farm of one machine finds out too.
   */
  private static final int LOSSES_PER_WORKER = 3;

  /** What is so where nobody has said otherwise. */
  public static final FailurePolicy DEFAULT = new FailurePolicy(5);

  public FailurePolicy {
    require(lossesMax > 0, "lossesMax is not positive: %d", lossesMax);
  }

  /** What becomes of a piece of work that a worker gave up, and of the worker. */
  public enum Treatment {
    /** Another worker does it; counts against the piece, and not against the worker. */
    ELSEWHERE,
    /** Another worker does it; counts against both. */
    SUSPECT,
    /** Another worker does it; counts against the piece, and the worker is quarantined at once. */
    QUARANTINE,
    /** The shot begins anew; counts against nobody. */
    ANEW,
    /** The story fails: no worker could do it. */
    FAIL;

    /** Whether the worker has failed, and not what it was given. */
    public boolean isAgainstWorker() {
      return this == SUSPECT || this == QUARANTINE;
    }
  }

  /** What follows from a code that a worker reports. */
  public static Treatment of(ErrorCode code) {
    return switch (code) {
      case ENGINE_FAILED, OUT_OF_MEMORY, DATA_CORRUPT, RESULT_INVALID, WORKER_LOST ->
          Treatment.SUSPECT;
      case UNAUTHENTICATED, PERMISSION_DENIED -> Treatment.SUSPECT; // Its keys, not its work.
      case DEVICE_LOST -> Treatment.QUARANTINE;
      case CHECKPOINT_UNUSABLE -> Treatment.ANEW;
      case LIMIT_REACHED, NO_ROOM, STORAGE_FAILED, UNAVAILABLE, DEADLINE_EXCEEDED ->
          Treatment.ELSEWHERE;
      case STORY_INVALID,
          PICTURE_INVALID,
          MODEL_INVALID,
          REQUEST_INVALID,
          CONFIGURATION_INVALID,
          NOT_FOUND,
          ALREADY_EXISTS,
          WRONG_STATE,
          FILE_UNUSABLE,
          CANCELLED,
          DETERMINISM_VIOLATED,
          INTERNAL ->
          Treatment.FAIL;
    };
  }

  /** Whether a story fails whose piece has these losses. */
  public boolean isTooMany(Losses losses) {
    return losses.workers().stream().distinct().count() >= lossesMax
        || losses.count() >= LOSSES_PER_WORKER * lossesMax;
  }
}
