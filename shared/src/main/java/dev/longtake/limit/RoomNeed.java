package dev.longtake.limit;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.FilmLimits;
import java.util.Set;

/**
 * Room on disks that a story takes, at most, in bytes. How well frames compress depends on what
 * they show: those of a camera hardly, drawn ones to a fraction.
 *
 * @param latents of chunks, and joined ones of shots
 * @param checkpoints two of each chunk, as if all shots were denoised at once: the one that all
 *     chunks of its shot have, and the next
 * @param frames without loss, before the film is made of them
 * @param film the film and a clip of each shot, at the bit rate that the encoder never exceeds
 */
public record RoomNeed(long latents, long checkpoints, long frames, long film) {

  private static final int MIB = 1 << 20;

  /** What a story takes of which nothing is rendered. */
  public static RoomNeed of(StoryPlan plan) {
    return of(plan, Set.of());
  }

  /**
   * What a story takes.
   *
   * @param known indexes of the shots whose latents and frames are there already
   */
  public static RoomNeed of(StoryPlan plan, Set<Integer> known) {
    long latents = 0;
    long checkpoints = 0;
    long frames = 0;
    for (ShotPlan shot : plan.shots()) {
      if (!known.contains(shot.shotIndex())) {
        latents += latents(plan, shot);
        checkpoints += checkpoints(plan, shot);
        frames += 3L * plan.renderedSize().pixelCount() * shot.frameCount();
      }
    }
    return new RoomNeed(latents, checkpoints, frames, film(plan));
  }

  private static long latents(StoryPlan plan, ShotPlan shot) {
    long ofChunks = shot.chunks().chunks().stream().mapToLong(Chunk::latentFrameCount).sum();
    long frameBytes =
        (long) Float.BYTES * plan.model().geometry().frameElements(plan.renderedSize());
    return (ofChunks + shot.latentFrameCount()) * frameBytes;
  }

  private static long checkpoints(StoryPlan plan, ShotPlan shot) {
    return PlanLimits.keepsCheckpoints(plan, shot)
        ? 2L * shot.chunks().chunks().size() * PlanLimits.checkpointBytes(plan, shot)
        : 0;
  }

  private static long film(StoryPlan plan) {
    long bitRate = FilmLimits.bitRate(plan.story().size(), plan.story().frameRate());
    return 2 * (long) (plan.filmSeconds() * bitRate / Byte.SIZE);
  }

  /** Of the farm's artifacts, and what is kept beside them: all of it. */
  public long artifacts() {
    return latents + checkpoints + frames + film;
  }

  /**
   * Refuses a story for whose artifacts there is too little room.
   *
   * @param free bytes
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED}; the message says what is needed
   *     for what, and what is free
   */
  public void requireArtifacts(long free) {
    if (artifacts() > free) {
      throw new LongtakeException(
          ErrorCode.LIMIT_REACHED,
          "artifacts: expected room for %d MiB at most (latents %d, checkpoints %d, frames %d, film %d)"
                  .formatted(
                      mib(artifacts()), mib(latents), mib(checkpoints), mib(frames), mib(film))
              + ", found %d MiB free: make room, or choose a smaller size or fewer shots"
                  .formatted(free / MIB));
    }
  }

  private static long mib(long bytes) {
    return Math.ceilDiv(bytes, MIB);
  }
}
