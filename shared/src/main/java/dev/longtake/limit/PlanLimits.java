package dev.longtake.limit;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.LatentLimits;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.latent.SlabCodec;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.Segment;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import java.util.List;

/**
 * Whether the slabs, latents and frames of a plan fit what carries and keeps them. The bounds are
 * those of the codecs and of the wire, so that what is let pass here is not refused by them.
 */
public final class PlanLimits {

  private static final int MIB = 1 << 20;

  private PlanLimits() {}

  /**
   * Refuses a plan of which a part could not be handed on.
   *
   * @param artifactBytesMax largest artifact that the coordinator takes
   * @throws LongtakeException with {@link ErrorCode#STORY_INVALID}; the message says which shot,
   *     what is too large, and the limit
   */
  public static void require(StoryPlan plan, long artifactBytesMax) {
    long artifact = Math.min(artifactBytesMax, LatentLimits.LATENTS_BYTES_MAX);
    long frames = Math.min(artifactBytesMax, FramesCodec.RAW_BYTES_MAX);
    for (ShotPlan shot : plan.shots()) {
      require(plan, shot, "overlaps of two chunks", slabBytes(plan, shot), slabMax());
      require(plan, shot, "latents", latentsBytes(plan, shot), artifact);
      require(plan, shot, "frames decoded in one go", segmentBytes(plan, shot), frames);
    }
  }

  private static long slabMax() {
    return LatentLimits.SLAB_BYTES_MAX;
  }

  private static void require(StoryPlan plan, ShotPlan shot, String what, long found, long most) {
    if (found > most) {
      throw new LongtakeException(
          ErrorCode.STORY_INVALID,
          "shot %s: expected %s of at most %d MiB, found %d MiB at %s with model %s: "
                  .formatted(
                      shot.shot().id(),
                      what,
                      most / MIB,
                      Math.ceilDiv(found, MIB),
                      plan.renderedSize(),
                      plan.model().identity().name())
              + "choose a smaller size or split the shot");
    }
  }

  /**
   * Whether the chunks of a shot can keep their state in the store. Those of a shot that cannot
   * begin anew when their worker is lost; the film is the same.
   */
  public static boolean keepsCheckpoints(StoryPlan plan, ShotPlan shot) {
    return checkpointBytes(plan, shot) <= LatentLimits.CHECKPOINT_BYTES_MAX;
  }

  /** What a person should know who has large frames rendered. */
  public static List<String> notes(StoryPlan plan) {
    return plan.shots().stream()
        .filter(shot -> !keepsCheckpoints(plan, shot))
        .map(
            shot ->
                "shot %s: its chunks are too large to keep their state (%d MiB, at most %d MiB); "
                        .formatted(
                            shot.shot().id(),
                            Math.ceilDiv(checkpointBytes(plan, shot), MIB),
                            LatentLimits.CHECKPOINT_BYTES_MAX / MIB)
                    + "a lost worker's begin anew")
        .toList();
  }

  /** Bytes of the largest slab of a shot; 0 if it exchanges none. */
  static long slabBytes(StoryPlan plan, ShotPlan shot) {
    int overlap = shot.chunks().chunks().stream().mapToInt(Chunk::overlapRight).max().orElse(0);
    return overlap == 0 || shot.inputs().exchangeOff()
        ? 0
        : SlabCodec.encodedBytes(overlap * frameElements(plan));
  }

  /**
   * Bytes of the largest checkpoint of a shot: what the model sees, and what a solver remembers.
   */
  static long checkpointBytes(StoryPlan plan, ShotPlan shot) {
    int longest = shot.chunks().chunks().stream().mapToInt(Chunk::latentFrameCount).max().orElse(0);
    long frames = longest + (long) shot.inputs().prompt().references().size();
    return CheckpointCodec.encodedBytes(
        Float.BYTES * LatentLimits.STATE_TENSORS_MAX * frames * frameElements(plan));
  }

  private static long latentsBytes(StoryPlan plan, ShotPlan shot) {
    return LatentsCodec.encodedBytes(shot.latentFrameCount() * frameElements(plan));
  }

  private static long segmentBytes(StoryPlan plan, ShotPlan shot) {
    int longest = shot.segments().segments().stream().mapToInt(Segment::frameCount).max().orElse(0);
    return 3L * plan.renderedSize().pixelCount() * longest;
  }

  private static long frameElements(StoryPlan plan) {
    return plan.model().geometry().frameElements(plan.renderedSize());
  }
}
