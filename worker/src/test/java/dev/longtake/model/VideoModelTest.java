package dev.longtake.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.lifetime.StillWanted;
import dev.longtake.tensor.CountingBackend;
import dev.longtake.tensor.ElementTypes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** The bundled checkpoint on a backend that only counts. */
class VideoModelTest {

  private static final Path TOYBOX = Path.of("model", "toybox");
  private static final int HEIGHT = 10;
  private static final int WIDTH = 16;

  private static VideoModel.Conditioned conditioned(
      VideoModel model, VideoModel.Prompt prompt, int frames) {
    return model.conditioned(prompt, List.of(), frames, HEIGHT, WIDTH);
  }

  @Test
  void conditioned_ofAPromptInUse_sharesItsKeysAndValues() {
    try (var backend = new CountingBackend(ElementTypes.F32);
        VideoModel model = VideoModel.open(TOYBOX, backend)) {
      VideoModel.Prompt prompt = model.encodePrompt("a cat");
      VideoModel.Prompt other = model.encodePrompt("a dog");
      conditioned(model, prompt, 6).close(); // so that the control of nothing is known
      long empty = backend.usedBytes();

      VideoModel.Conditioned first = conditioned(model, prompt, 6);
      long one = backend.usedBytes() - empty;
      VideoModel.Conditioned second = conditioned(model, prompt, 5);
      long sharing = backend.usedBytes() - empty - one;
      VideoModel.Conditioned third = conditioned(model, other, 5);
      long alone = backend.usedBytes() - empty - one - sharing;

      assertThat(sharing).isPositive().isLessThan(alone);
      assertThat(alone).isEqualTo(one);
      first.close();
      first.close();
      assertThat(backend.usedBytes()).isGreaterThanOrEqualTo(empty + sharing + alone);
      second.close();
      third.close();
      assertThat(backend.usedBytes()).isEqualTo(empty);
    }
  }

  /** Nobody waits for it any more, and nothing of it stays. */
  @Test
  void velocityAndDecode_givenUp_endAndLeaveNothing() {
    try (var backend = new CountingBackend(ElementTypes.F32);
        VideoModel model = VideoModel.open(TOYBOX, backend);
        VideoModel.Conditioned conditioned = conditioned(model, model.encodePrompt("a cat"), 6)) {
      int size = model.card().geometry().channels() * 6 * HEIGHT * WIDTH;
      conditioned.velocity(new float[size], 500, new float[size]);
      long before = backend.usedBytes();

      assertThatThrownBy(
              () ->
                  StillWanted.during(
                      () -> false,
                      () -> {
                        conditioned.velocity(new float[size], 500, new float[size]);
                        return true;
                      }))
          .isInstanceOf(CancellationException.class);
      assertThatThrownBy(
              () ->
                  StillWanted.during(
                      () -> false,
                      () -> model.decode(new float[size], 6, HEIGHT, WIDTH).count() > 0))
          .isInstanceOf(CancellationException.class);

      assertThat(backend.usedBytes()).isEqualTo(before);
    }
  }
}
