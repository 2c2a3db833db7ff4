package dev.longtake.text;

import static dev.longtake.weights.Golden.assertClose;
import static dev.longtake.weights.Golden.floats;
import static dev.longtake.weights.Golden.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.error.LongtakeException;
import dev.longtake.model.GoldenModel;
import dev.longtake.model.TestBackends;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.ReferenceBackend;
import dev.longtake.weights.Golden;
import dev.longtake.weights.SafetensorsFolder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The umT5 encoder against the original's output; tolerance of the goldens' README. */
class TextEncoderGoldenTest {

  private static final String FILE = "io/umt5.safetensors";
  private static final double TOLERANCE = 2e-5;

  private static TextEncoderConfig config() {
    return GoldenModel.textConfig();
  }

  /** The original runs 300 rows with the padding masked; ours runs the prompt's rows alone. */
  @ParameterizedTest
  @EnumSource(TestBackends.class)
  void encode_twoPrompts_equalsTheOriginal(TestBackends backends) {
    long[] ids = longs(FILE, "input_ids");
    long[] mask = longs(FILE, "attention_mask");
    float[] expected = floats(FILE, "last_hidden_state");
    int row = Golden.shape(FILE, "input_ids").dim(1);
    try (Backend backend = backends.open();
        SafetensorsFolder weights = GoldenModel.textWeights();
        TextEncoder resident = new TextEncoder(config(), weights, backend);
        TextEncoder passing = new TextEncoder(config(), weights, backend, 0)) {
      for (int i = 0; i < ids.length / row; i++) {
        int length = (int) Arrays.stream(mask, i * row, (i + 1) * row).sum();
        int[] prompt =
            Arrays.stream(ids, i * row, i * row + length).mapToInt(Math::toIntExact).toArray();

        float[] found = resident.encode(prompt);

        int from = i * row * resident.dim();
        assertClose(
            "prompt " + i,
            found,
            Arrays.copyOfRange(expected, from, from + length * resident.dim()),
            TOLERANCE);
        assertThat(passing.encode(prompt)).as("blocks that pass by").isEqualTo(found);
      }
    }
  }

  @Test
  void bucket_everyDistance_equalsTheOriginal() {
    long[] distances = longs(FILE, "bucket.relative_position");
    long[] expected = longs(FILE, "bucket.value");

    for (int i = 0; i < distances.length; i++) {
      assertThat(
              TextEncoder.bucket(
                  (int) distances[i], config().bucketCount(), config().distanceMax()))
          .as("distance %d", distances[i])
          .isEqualTo((int) expected[i]);
    }
  }

  @Test
  void new_weightsOfAnotherModel_namesWhatIsMissing() {
    try (Backend backend = new ReferenceBackend();
        SafetensorsFolder weights =
            SafetensorsFolder.open(
                Golden.path("tiny-wan-t2v/transformer"), "diffusion_pytorch_model")) {
      assertThatThrownBy(() -> new TextEncoder(config(), weights, backend))
          .isInstanceOf(LongtakeException.class)
          .hasMessageContaining(
              "tensor encoder.block.0.layer.0.SelfAttention.k.weight: expected shape")
          .hasMessageContaining("found none; and %d more", config().expectedShapes().size());
    }
  }
}
