package dev.longtake.coordinator.draft;

import dev.longtake.coordinator.story.StoryDetail.Drafting;
import dev.longtake.coordinator.story.StoryDetail.Sketch;
import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.denoise.SigmaSchedule;
import dev.longtake.denoise.TimestepRule;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.KeyedNoise;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.Solver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A shot of two chunks of four latent frames that share two, after one reference frame; latents are
 * of three channels, four by two cells. The picture that it is on its way to is one colour in each
 * frame.
 */
final class DraftingShot {

  static final int CHANNELS = 3;
  static final int HEIGHT = 2;
  static final int WIDTH = 4;
  static final int FRAME_SIZE = CHANNELS * HEIGHT * WIDTH;
  static final int STEP = 4;
  static final Digest MODEL = Digest.ofText("model");

  /** Channels are red, green and blue. */
  static final DraftMap MAP =
      new DraftMap(CHANNELS, 1, new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0});

  private static final int REFERENCES = 1;
  private static final int CHUNK_FRAMES = 4;
  private static final long SEED = 7;

  private final Sampling sampling;

  DraftingShot(Solver solver, double freshNoise) {
    this.sampling = new Sampling(12, 3.0, 3.0, solver, 0.5, freshNoise);
  }

  Drafting drafting() {
    return drafting(
        new Sketch(0, CHUNK_FRAMES, STEP, Optional.empty()),
        new Sketch(2, CHUNK_FRAMES, STEP, Optional.empty()));
  }

  Drafting drafting(Sketch... chunks) {
    return new Drafting(MODEL, SEED, sampling, REFERENCES, List.of(chunks));
  }

  /** Red grows with time, green is half, blue none. */
  static float[] picture(int frame) {
    float[] picture = new float[FRAME_SIZE];
    Arrays.fill(picture, 0, HEIGHT * WIDTH, frame / 10f);
    Arrays.fill(picture, 2 * HEIGHT * WIDTH, FRAME_SIZE, -1);
    return picture;
  }

  /** The chunk's state after {@value #STEP} steps straight towards the picture. */
  byte[] state(int firstFrame) {
    SigmaSchedule schedule =
        SigmaSchedule.inUse(TimestepRule.EXACT, sampling.stepCount(), sampling.shift());
    float sigma = schedule.sigma(STEP);
    int draw = Math.min(STEP, schedule.stepsRenewed(sampling.freshNoise()));
    float[] latents = new float[(REFERENCES + CHUNK_FRAMES) * FRAME_SIZE];
    float[] estimate = new float[latents.length];
    float[] noise = new float[FRAME_SIZE];
    for (int i = 0; i < CHUNK_FRAMES; i++) {
      int at = (REFERENCES + i) * FRAME_SIZE;
      float[] picture = picture(firstFrame + i);
      System.arraycopy(picture, 0, estimate, at, FRAME_SIZE);
      KeyedNoise.fillShared(
          noise, 0, FRAME_SIZE, SEED, firstFrame + i, sampling.sharedNoise(), draw);
      for (int e = 0; e < FRAME_SIZE; e++) {
        latents[at + e] = (1 - sigma) * picture[e] + sigma * noise[e];
      }
    }
    List<float[]> tensors = new ArrayList<>(List.of(latents));
    if (sampling.solver() == Solver.UNIPC && draw == 0) {
      tensors.addAll(List.of(new float[latents.length], estimate));
    }
    return SamplerStateForm.encode(STEP, tensors);
  }

  byte[] checkpoint(int firstFrame) {
    return checkpoint(state(firstFrame), CHANNELS);
  }

  static byte[] checkpoint(byte[] state, int channels) {
    var origin =
        new Checkpoint.Origin(
            "cpu-test-f32-1",
            Digest.ofText("chunk"),
            REFERENCES + CHUNK_FRAMES,
            channels,
            HEIGHT,
            WIDTH);
    return CheckpointCodec.encode(new Checkpoint(origin, STEP, state));
  }
}
