package dev.longtake.render;

import dev.longtake.frames.FrameRun;
import dev.longtake.plan.ChunkPolicy;
import dev.longtake.plan.LatentGeometry;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Sampling;
import dev.longtake.plan.SegmentPolicy;
import dev.longtake.plan.Solver;
import dev.longtake.story.FrameSize;
import dev.longtake.testing.TestModel;
import java.util.List;

/**
 * A model of a few lines that behaves as a real one where rendering cares: each velocity depends on
 * every latent frame of the chunk, on the references, the prompt and the timestep, and a decoded
 * frame on its latent frame and the one before.
 */
public class TinyModel implements RenderModel {

  public static final int CHANNELS = 3;
  public static final int SPATIAL = 8;
  public static final int TEMPORAL = 4;
  public static final FrameSize SIZE = new FrameSize(32, 16);

  private static final ModelCard CARD =
      TestModel.named("tiny")
          .geometry(new LatentGeometry(CHANNELS, SPATIAL, TEMPORAL, 1, 1))
          .size(SIZE)
          .sampling(new Sampling(4, 3.0, 3.0, Solver.UNIPC, 0))
          .chunks(new ChunkPolicy(7, 2))
          .segments(new SegmentPolicy(5, 2))
          .card();

  @Override
  public ModelCard card() {
    return CARD;
  }

  @Override
  public EncodedPrompt encodePrompt(String prompt) {
    float word = (prompt.hashCode() & 0xff) / 255f;
    return (references, frameCount, height, width) ->
        new TinyDenoiser(word, references, frameCount, height * width);
  }

  @Override
  public float[] encodePicture(float[] rgb, int height, int width) {
    int cells = (height / SPATIAL) * (width / SPATIAL);
    float[] latents = new float[CHANNELS * cells];
    for (int i = 0; i < latents.length; i++) {
      latents[i] = rgb[i * 7 % rgb.length];
    }
    return latents;
  }

  @Override
  public FrameRun decode(float[] latents, int frameCount, int height, int width) {
    int count = 1 + (frameCount - 1) * TEMPORAL;
    byte[] rgb = new byte[count * height * SPATIAL * width * SPATIAL * 3];
    int frameBytes = rgb.length / count;
    for (int frame = 0; frame < count; frame++) {
      int latent = (frame + TEMPORAL - 1) / TEMPORAL;
      float now = latents[latent * height * width];
      float before = latent == 0 ? 0f : latents[(latent - 1) * height * width];
      for (int i = 0; i < frameBytes; i++) {
        rgb[frame * frameBytes + i] = (byte) Math.round(40 * now + 20 * before + frame % TEMPORAL);
      }
    }
    return new FrameRun(width * SPATIAL, height * SPATIAL, count, rgb);
  }

  private record TinyDenoiser(float word, List<float[]> references, int frameCount, int cells)
      implements Denoiser {

    @Override
    public void velocity(float[] latents, double timestep, float[] out) {
      int all = references.size() + frameCount;
      for (int c = 0; c < CHANNELS; c++) {
        for (int cell = 0; cell < cells; cell++) {
          float mean = 0f;
          for (int t = 0; t < all; t++) {
            mean += latents[(c * all + t) * cells + cell] / all;
          }
          for (float[] reference : references) {
            mean += 0.1f * reference[c * cells + cell];
          }
          for (int t = 0; t < all; t++) {
            int at = (c * all + t) * cells + cell;
            out[at] =
                0.7f * latents[at]
                    - 0.4f * mean
                    + 0.2f * word
                    + (float) (timestep / 5000.0) * (t + 1);
          }
        }
      }
    }

    @Override
    public void close() {}
  }
}
