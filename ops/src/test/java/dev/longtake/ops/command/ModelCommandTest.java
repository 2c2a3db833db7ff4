package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.ops.Main;
import dev.longtake.ops.TinyStory;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code longtake model} says of good, damaged and foreign checkpoint folders. */
class ModelCommandTest {

  private static final String WEIGHTS = "transformer/diffusion_pytorch_model.safetensors";

  @TempDir private Path folder;

  private Path copy() throws IOException {
    return TinyStory.copy(TinyStory.model(), folder.resolve("model"));
  }

  @Test
  void model_ofTheBundledCheckpoint_listsPartsAndMemory() {
    Result result = run("model", TinyStory.model().toString(), "--size", "256x160");

    assertThat(result.status()).isEqualTo(ExitCode.OK);
    assertThat(result.output())
        .contains("text-to-video with references (VACE)")
        .contains("text_encoder", "UMT5EncoderModel", "transformer", "vae", "AutoencoderKLWan")
        .contains("denoise step", "decoding", "fits");
  }

  @Test
  void model_asJson_isOneObject() throws IOException {
    Result result = run("model", TinyStory.model().toString(), "--frames", "9", "--json");

    JsonNode report = new ObjectMapper().readTree(result.output());
    assertThat(report.path("runs").asBoolean()).isTrue();
    assertThat(report.path("parts")).hasSize(3);
    assertThat(report.path("peakBytes").asLong())
        .isGreaterThan(report.path("transformerBytes").asLong());
  }

  @Test
  void model_withSeveralFaults_reportsThemAll() throws IOException {
    Path model = copy();
    change(model.resolve("transformer/config.json"), "\"ffn_dim\": ", "\"ffn_dim\": 1");
    change(model.resolve("text_encoder/config.json"), "\"d_ff\": ", "\"d_ff\": 1");
    Files.write(model.resolve("vae/diffusion_pytorch_model.safetensors"), new byte[5]);

    Result result = run("model", model.toString());

    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.output())
        .contains("transformer: tensor blocks.0.ffn.net.0.proj.bias: expected shape")
        .contains("text_encoder: tensor encoder.block.0.layer.1.DenseReluDense.wi_0.weight")
        .contains("diffusion_pytorch_model.safetensors: expected at least 8 bytes, found 5");
  }

  @Test
  void model_withATensorMissing_namesIt() throws IOException {
    Path model = copy();
    damageHeader(model, "proj_out.weight", "prox_out.weight");

    assertThat(run("model", model.toString()).output())
        .contains("problem: transformer: tensor proj_out.weight: expected shape")
        .contains("found none");
  }

  @Test
  void model_withAHeaderOf100Megabytes_isRefusedUnread() throws IOException {
    Path model = copy();
    try (RandomAccessFile file = new RandomAccessFile(model.resolve(WEIGHTS).toFile(), "rw")) {
      file.write(new byte[] {0, 0, 0x40, 6, 0, 0, 0, 0});
      file.setLength(200L << 20);
    }

    assertThat(run("model", model.toString()).output())
        .contains("the header claims 104857600 bytes, at most 33554432 are accepted");
  }

  @Test
  void model_ofImageToVideo_saysThatItIsNotSupported() throws IOException {
    Path model = copy();
    change(
        model.resolve("model_index.json"),
        "\"transformer\"",
        "\"image_encoder\": [\"transformers\", \"CLIPVisionModel\"], \"transformer\"");

    assertThat(run("model", model.toString()).output())
        .contains("cannot be run")
        .contains("found an image-to-video checkpoint (CLIP), which is not supported");
  }

  @Test
  void model_ofAnUnknownClass_saysWhatWasExpected() throws IOException {
    Path model = copy();
    change(
        model.resolve("model_index.json"),
        "\"WanVACETransformer3DModel\"",
        "\"FluxTransformer2DModel\"");

    assertThat(run("model", model.toString()).output())
        .contains(
            "transformer: expected class WanTransformer3DModel or WanVACETransformer3DModel,"
                + " found FluxTransformer2DModel");
  }

  @Test
  void model_ofASizeThatIsNoMultiple_isRehearsedAtTheNextOne() {
    Result result = run("model", TinyStory.model().toString(), "--size", "250*150");

    assertThat(result.status()).isEqualTo(ExitCode.OK);
    assertThat(result.output()).contains("Memory    for 256x160,");
  }

  @Test
  void model_ofASizeThatIsNone_isRefused() {
    for (String size : new String[] {"250", "0x160", "100000x16", "1080p"}) {
      Result result = run("model", TinyStory.model().toString(), "--size", size);

      assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
      assertThat(result.errors()).contains("--size: expected WIDTHxHEIGHT", "found " + size);
    }
  }

  @Test
  void model_ofAFolderThatIsNone_isRefused() {
    Result result = run("model", folder.toString());

    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.errors())
        .contains("expected a checkpoint in the diffusers layout, found no model_index");
  }

  private static void change(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
  }

  /** Texts of one length. */
  private static void damageHeader(Path model, String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(model.resolve(WEIGHTS));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\"" + from + "\"") + 1;
    assertThat(at).isPositive();
    byte[] name = to.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(name, 0, bytes, at, name.length);
    Files.write(model.resolve(WEIGHTS), bytes);
  }

  private record Result(int status, String output, String errors) {}

  private static Result run(String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    Console console =
        new Console(new PrintWriter(output, true), new PrintWriter(errors, true), false);
    int status = Main.commandLine(console).execute(arguments);
    return new Result(status, output.toString(), errors.toString());
  }
}
