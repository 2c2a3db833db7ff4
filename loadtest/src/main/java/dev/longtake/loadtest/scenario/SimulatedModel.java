package dev.longtake.loadtest.scenario;

import dev.longtake.digest.Digest;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.latent.Latents;
import dev.longtake.latent.LatentsCodec;
import dev.longtake.lease.Work;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.Solver;
import dev.longtake.story.FrameSize;
import java.util.Arrays;

/**
 * The smallest model that a coordinator believes in. What it makes of a latent frame follows from
 * the shot's seed and the frame's place alone, so neighbouring chunks agree in what they share, and
 * the latents of a whole shot are known without rendering it. Pure.
 */
public final class SimulatedModel {

  /** What every simulated worker says it is. */
  public static final String ENGINE_CLASS = "simulated-f32-1";

  /** Frames of 16x16 pixels, the smallest there are. */
  public static final FrameSize SIZE = new FrameSize(16, 16);

  private static final int CHUNK_LATENT_FRAMES = 3;
  private static final int OVERLAP = 1;
  private static final int TEMPORAL_FACTOR = 4;
  private static final int STEP_COUNT = 2;
  private static final int SEGMENT_LATENT_FRAMES = 32;
  private static final int COLORS = 3;

  /** Chunks of three latent frames that share one, two steps, segments of 32 latent frames. */
  public static final ModelCard CARD =
      new ModelCard(
          new ModelCard.Identity("simulated", "1", Digest.ofText("simulated model 1")),
          new LatentGeometry(2, 8, TEMPORAL_FACTOR, 1, 1),
          new ModelCard.FrameDefaults(SIZE, 8),
          new Sampling(STEP_COUNT, 1.0, 3.0, Solver.EULER, 0),
          new ModelCard.Conditioning(32, 0, ""),
          new ChunkPolicy(CHUNK_LATENT_FRAMES, OVERLAP),
          new SegmentPolicy(SEGMENT_LATENT_FRAMES, 1),
          1 << 20);

  private SimulatedModel() {}

  /** Frames of a shot that is cut into so many chunks. */
  static int framesOf(int chunkCount) {
    int latentFrames = OVERLAP + chunkCount * (CHUNK_LATENT_FRAMES - OVERLAP);
    return 1 + (latentFrames - 1) * TEMPORAL_FACTOR;
  }

  private static int latentFramesOf(int frameCount) {
    return 1 + Math.ceilDiv(frameCount - 1, TEMPORAL_FACTOR);
  }

  /** Chunks that a shot of so many frames is cut into. */
  static int chunksOf(int frameCount) {
    int fresh = CHUNK_LATENT_FRAMES - OVERLAP;
    return Math.max(1, Math.ceilDiv(latentFramesOf(frameCount) - OVERLAP, fresh));
  }

  /** Segments that a shot of so many frames is decoded in, about. */
  static int segmentsOf(int frameCount) {
    return Math.ceilDiv(latentFramesOf(frameCount), SEGMENT_LATENT_FRAMES);
  }

  /** The artifact of a piece of work. */
  public static byte[] render(Work work) {
    return switch (work) {
      case Work.DenoiseChunk chunk ->
          LatentsCodec.encode(
              latents(chunk.shot(), chunk.firstLatentFrame(), chunk.latentFrameCount()));
      case Work.DecodeSegment segment -> frames(segment);
    };
  }

  /** Digest of the latents of a whole shot, as a coordinator has to join them. */
  public static Digest joined(ShotPlan shot) {
    return Digest.of(LatentsCodec.encode(latents(shot.inputs(), 0, shot.latentFrameCount())));
  }

  private static Latents latents(ShotInputs shot, int first, int count) {
    int channels = CARD.geometry().channels();
    int height = CARD.geometry().height(shot.size());
    int width = CARD.geometry().width(shot.size());
    int elements = channels * height * width;
    float[] values = new float[count * elements];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(shot.seed(), first + i / elements, i % elements);
    }
    return new Latents(count, channels, height, width, values);
  }

  /** A number from 0 to less than 1; the finalizer of SplitMix64 (Steele et al., 2014). */
  private static float value(long seed, int frame, int element) {
    long z = seed + 0x9e3779b97f4a7c15L * (((long) frame << 16) + element + 1);
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 40) / (float) (1 << 24);
  }

  private static byte[] frames(Work.DecodeSegment segment) {
    FrameSize size = segment.shot().size();
    int pixels = size.width() * size.height() * COLORS;
    byte[] rgb = new byte[segment.frameCount() * pixels];
    for (int frame = 0; frame < segment.frameCount(); frame++) {
      float shade = value(segment.shot().seed(), segment.firstLatentFrame(), frame);
      Arrays.fill(rgb, frame * pixels, (frame + 1) * pixels, (byte) (shade * 255));
    }
    return FramesCodec.encode(new FrameRun(size.width(), size.height(), segment.frameCount(), rgb));
  }
}
