package dev.longtake.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.draft.DraftMap;
import dev.longtake.draft.DraftMapCodec;
import dev.longtake.frames.FrameRun;
import dev.longtake.model.VideoModel;
import dev.longtake.plan.ModelCard;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DraftFitTest {

  private static final int SIZE = 160;

  /**
   * In dB. At 20 a pixel is off by a tenth of the range, which leaves shapes and colours to be told
   * apart; what is beyond that only the decoder knows. Found: 20.5 to 21.3.
   */
  private static final double PSNR_MIN = 19;

  /** The encoder and decoder of a checkpoint. */
  private record Vae(VideoModel model) implements RenderModel {

    @Override
    public ModelCard card() {
      return model.card();
    }

    @Override
    public EncodedPrompt encodePrompt(String prompt) {
      throw new IllegalStateException("no prompt is asked for");
    }

    @Override
    public float[] encodePicture(float[] rgb, int height, int width) {
      return model.encodePicture(rgb, height, width);
    }

    @Override
    public FrameRun decode(float[] latents, int frameCount, int height, int width) {
      return model.decode(latents, frameCount, height, width);
    }
  }

  /** On pictures that it was not made from, it gives what the decoder gives, roughly. */
  @Test
  void of_theBundledCheckpoint_isNearItsDecoder() {
    try (Backend backend = CpuBackend.create(2);
        VideoModel model = VideoModel.open(Path.of("model/toybox"), backend)) {
      var vae = new Vae(model);
      DraftMap map = DraftFit.of(vae);

      assertThat(map.channels()).isEqualTo(24);
      assertThat(map.patch()).isEqualTo(4);
      for (long seed = 1; seed <= 3; seed++) {
        float[] picture = DraftPicture.draw(SIZE, new SplittableRandom(seed));
        float[] latents = vae.encodePicture(picture, SIZE, SIZE);
        int cells = SIZE / model.card().geometry().spatialFactor();
        FrameRun decoded = vae.decode(latents, 1, cells, cells);
        assertThat(psnr(map, latents, decoded, cells)).as("seed %d", seed).isGreaterThan(PSNR_MIN);
      }
    }
  }

  private static double psnr(DraftMap map, float[] latents, FrameRun decoded, int cells) {
    float[] cell = new float[map.channels()];
    float[] pixels = new float[3 * map.patch() * map.patch()];
    double squares = 0;
    for (int at = 0; at < cells * cells; at++) {
      for (int c = 0; c < cell.length; c++) {
        cell[c] = latents[c * cells * cells + at];
      }
      map.apply(cell, pixels);
      for (int out = 0; out < pixels.length; out++) {
        double shown = Math.clamp((pixels[out] + 1) * 127.5, 0, 255);
        double off = shown - mean(decoded, map.patch(), at, out, cells);
        squares += off * off;
      }
    }
    return 10 * Math.log10(255 * 255 / (squares / (cells * cells * pixels.length)));
  }

  private static double mean(FrameRun decoded, int patch, int at, int out, int cells) {
    int each = SIZE / cells / patch;
    int x0 = (at % cells * patch + out / 3 % patch) * each;
    int y0 = (at / cells * patch + out / 3 / patch) * each;
    double sum = 0;
    for (int y = y0; y < y0 + each; y++) {
      for (int x = x0; x < x0 + each; x++) {
        sum += decoded.rgb()[(y * SIZE + x) * 3 + out % 3] & 0xff;
      }
    }
    return sum / (each * each);
  }

  /** Workers of one model say the same, and it can be sent. */
  @Test
  void of_oneModel_isTheSameEachTime() {
    byte[] once = DraftMapCodec.encode(DraftFit.of(new TinyModel()));

    assertThat(DraftMapCodec.encode(DraftFit.of(new TinyModel()))).isEqualTo(once);
    assertThat(DraftMapCodec.decode(once).channels()).isEqualTo(TinyModel.CHANNELS);
  }

  @Test
  void of_modelThatGivesNoNumbers_isRefused() {
    var broken =
        new TinyModel() {
          @Override
          public float[] encodePicture(float[] rgb, int height, int width) {
            float[] latents = super.encodePicture(rgb, height, width);
            Arrays.fill(latents, Float.NaN);
            return latents;
          }
        };

    assertThatThrownBy(() -> DraftFit.of(broken)).isInstanceOf(IllegalArgumentException.class);
  }
}
