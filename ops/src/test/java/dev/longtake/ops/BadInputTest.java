package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of bad input gets one message and exit status 2, and leaves nothing behind. */
class BadInputTest {

  @TempDir private Path folder;
  private Path story;
  private Path out;

  @BeforeEach
  void writeStory() throws IOException {
    story = TinyStory.write(folder);
    out = folder.resolve("out");
  }

  @Test
  void render_unknownKey_isToldWithWhatWasMeant() throws IOException {
    Files.writeString(story, TinyStory.YAML.replace("prompt: a grey", "promt: a grey"));

    assertRefused(TinyStory.model(), "story.yaml:11:5", "promt", "prompt");
  }

  @Test
  void render_missingPicture_isNamed() throws IOException {
    Files.delete(folder.resolve("world/rosie.png"));

    assertRefused(TinyStory.model(), "rosie.png");
  }

  @Test
  void render_pictureThatClaimsToBeHuge_isNotDecoded() throws IOException {
    Files.write(folder.resolve("world/rosie.png"), hugePng());

    assertRefused(TinyStory.model(), "rosie.png", "100000");
  }

  @Test
  void render_promptOfTenMegabytes_isRefused() throws IOException {
    Files.writeString(
        story, TinyStory.YAML.replace("a grey rhino", "a grey rhino ".repeat(800_000)));

    assertRefused(TinyStory.model(), "story.yaml", "1048576");
  }

  @Test
  void render_shotOfTwoHours_isRefused() throws IOException {
    Files.writeString(story, TinyStory.YAML.replace("duration: 3.5s", "duration: 2h"));

    assertRefused(TinyStory.model(), "story.yaml:12", "duration");
  }

  @Test
  void render_worldThatNamesItself_isRefused() throws IOException {
    Files.writeString(story, TinyStory.YAML.replace("world: world/", "world: story.yaml"));

    assertRefused(TinyStory.model(), "story.yaml:2", "world");
  }

  @Test
  void render_truncatedWeights_isRefused() throws IOException {
    Path model = TinyStory.copy(TinyStory.model(), folder.resolve("model"));
    Path weights = model.resolve("transformer/diffusion_pytorch_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertRefused(model, "diffusion_pytorch_model.safetensors");
  }

  @Test
  void render_weightsWhoseHeaderLies_isRefused() throws IOException {
    Path model = TinyStory.copy(TinyStory.model(), folder.resolve("model"));
    Path weights = model.resolve("transformer/diffusion_pytorch_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    String header = new String(bytes, 8, 4096, StandardCharsets.ISO_8859_1);
    int at = 8 + header.indexOf("\"data_offsets\":[") + "\"data_offsets\":[".length();
    assertThat(at).isGreaterThan(100);
    bytes[at] = '9';
    Files.write(weights, bytes);

    assertRefused(model, "diffusion_pytorch_model.safetensors");
  }

  @Test
  void render_noSuchStory_isRefused() {
    story = folder.resolve("other.yaml");

    assertRefused(TinyStory.model(), "other.yaml");
  }

  @ParameterizedTest
  @CsvSource({
    "--steps,0",
    "--steps,many",
    "--steps,4.5",
    "--guidance,nan",
    "--seed,18446744073709551616",
    "--seed,7.5",
    "--workers,0",
    "--threads,-1",
    "--exchange,maybe"
  })
  void render_optionOutOfRange_isRefused(String option, String value) {
    Result result = run("render", story.toString(), option, value, "--out", out.toString());

    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.errors()).startsWith("longtake: ").doesNotContain("\tat ");
    assertThat(out).doesNotExist();
  }

  @Test
  void plan_pathThatIsNone_isRefusedInASentence() {
    Result result = run("plan", "zoo\0.yaml");

    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.errors())
        .startsWith("longtake: ")
        .contains("expected a path, found no valid path")
        .doesNotContain("Exception");
  }

  private void assertRefused(Path model, String... words) {
    Result result =
        run(
            "render",
            story.toString(),
            "--model",
            model.toString(),
            "--out",
            out.toString(),
            "--farm",
            folder.resolve("farm").toString());

    assertThat(result.errors()).startsWith("longtake: ").contains(words).doesNotContain("\tat ");
    assertThat(result.output()).isEmpty();
    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(out).doesNotExist();
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

  /** A PNG of a few bytes whose header claims 100,000 x 100,000 pixels. */
  private static byte[] hugePng() {
    ByteBuffer header = ByteBuffer.allocate(17).order(ByteOrder.BIG_ENDIAN);
    header.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(100_000).putInt(100_000);
    header.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 check = new CRC32();
    check.update(header.array());
    return ByteBuffer.allocate(8 + 4 + 17 + 4 + 12)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
        .putInt(13)
        .put(header.array())
        .putInt((int) check.getValue())
        .putInt(0)
        .put("IEND".getBytes(StandardCharsets.US_ASCII))
        .putInt(0xAE426082)
        .array();
  }
}
