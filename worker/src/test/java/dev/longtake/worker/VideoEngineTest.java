package dev.longtake.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.latent.KeyedNoise;
import dev.longtake.render.RenderModel;
import dev.longtake.render.WarmUp;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled checkpoint on the CPU, as the worker opens it. */
class VideoEngineTest {

  private static final Path TOYBOX = Path.of("model", "toybox");

  @Test
  void open_toybox_predictsAndDecodesTheSameTwice() {
    try (Engine engine = VideoEngine.open(TOYBOX, ComputeDevice.CPU, 2)) {
      RenderModel model = engine.model();
      WarmUp.run(model, () -> true);
      float[] picture = new float[3 * 160 * 256];
      java.util.Arrays.fill(picture, 0.5f);

      int height = 160 / model.card().geometry().spatialFactor();
      int width = 256 / model.card().geometry().spatialFactor();
      float[] reference = model.encodePicture(picture, 160, 256);
      float[] first = velocity(model, reference, height, width);
      float[] second = velocity(model, reference, height, width);

      assertThat(second).isEqualTo(first);
      for (float value : first) {
        assertThat(value).isFinite();
      }
      FrameRun frames = model.decode(reference, 1, height, width);
      assertThat(frames.width()).isEqualTo(256);
      assertThat(frames.count()).isEqualTo(1);
    }
  }

  private static float[] velocity(RenderModel model, float[] reference, int height, int width) {
    int channels = model.card().geometry().channels();
    float[] latents = new float[channels * 3 * height * width];
    KeyedNoise.fill(latents, 0, latents.length, 1, 0);
    float[] velocity = new float[latents.length];
    try (RenderModel.Denoiser denoiser =
        model.encodePrompt("a grey rhino").denoiser(List.of(reference), 2, height, width)) {
      denoiser.velocity(latents, 999.0, velocity);
    }
    return velocity;
  }

  @Test
  void open_emptyFolder_saysWhatIsMissing(@TempDir Path folder) {
    assertThatThrownBy(() -> VideoEngine.open(folder, ComputeDevice.CPU, 1))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.MODEL_INVALID));
  }
}
