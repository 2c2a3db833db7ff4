package dev.longtake.coordinator.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.story.Transition;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilmAssemblerTest {

  @TempDir private Path folder;

  private final TestFootage footage =
      new TestFootage(List.of(new Transition.Dissolve(4), new Transition.Fade(6, 0)), 33, 25, 17);

  private List<String> assemble(Path into) throws IOException {
    Files.createDirectories(into);
    return new FilmAssembler(footage.source()).assemble(footage.plan, footage.shots, into);
  }

  @Test
  void assemble_threeShots_writesAFilmThatPlays() throws IOException {
    List<String> names = assemble(folder);

    assertThat(names)
        .containsExactly(
            "film.mp4",
            "contact-sheet.png",
            "manifest.json",
            "shots/shot-0.mp4",
            "shots/shot-1.mp4",
            "shots/shot-2.mp4");
    DecodedVideo film = DecodedVideo.read(folder.resolve("film.mp4"));
    assertThat(film.codec()).isEqualTo("h264");
    assertThat(film.frameCount()).isEqualTo(33 + 25 + 17 - 4);
    assertThat(film.seconds()).isEqualTo(71 / 8.0);
    assertThat(film.size()).isEqualTo(TestFootage.SIZE);
    assertThat(DecodedVideo.read(folder.resolve("shots/shot-1.mp4")).frameCount()).isEqualTo(25);
  }

  /** The ground's luma is 86 in BT.709 limited range; the encoder may be off by a few steps. */
  @Test
  void assemble_plainGround_keepsItsColour() throws IOException {
    assemble(folder);

    int luma = DecodedVideo.read(folder.resolve("film.mp4")).firstLuma();
    double expected = 16 + 219.0 / 255 * (0.2126 * 0x30 + 0.7152 * 0x60 + 0.0722 * 0xA0);
    assertThat((double) luma).isBetween(expected - 3, expected + 3);
  }

  @Test
  void assemble_twice_givesTheSameBytes() throws IOException {
    List<String> names = assemble(folder.resolve("a"));
    assemble(folder.resolve("b"));

    for (String name : names) {
      assertThat(folder.resolve("b").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("a").resolve(name));
    }
  }

  @Test
  void assemble_anyStory_writesAManifestOfWhatWentIn() throws IOException {
    assemble(folder);

    JsonNode manifest = new ObjectMapper().readTree(folder.resolve("manifest.json").toFile());
    assertThat(manifest.at("/film/frameCount").asInt()).isEqualTo(71);
    assertThat(manifest.at("/shots/0/latentsSha256").asText())
        .isEqualTo(footage.shots.getFirst().latentsDigest().hex());
    assertThat(manifest.at("/shots/1/transitionAfter").asText()).isEqualTo("fade 6 #000000");
    assertThat(manifest.at("/shots/0/motion").asDouble()).isPositive();
    assertThat(manifest.at("/shots/0/chunks")).hasSize(2);
  }

  @Test
  void assemble_anyStory_writesAManifestThatFitsItsSchema() throws IOException {
    assemble(folder);

    Path schema = Path.of("..", "ops", "schema", "manifest.schema.json");
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(schema), InputFormat.JSON)
                .validate(Files.readString(folder.resolve("manifest.json")), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void assemble_anyStory_drawsOneRowPerShot() throws IOException {
    assemble(folder);

    BufferedImage sheet = ImageIO.read(folder.resolve("contact-sheet.png").toFile());
    assertThat(sheet.getWidth()).isGreaterThan(6 * 192);
    assertThat(sheet.getHeight()).isGreaterThan(3 * 128);
  }

  @Test
  void assemble_segmentOfTheWrongLength_isRefused() {
    byte[] wrong = FramesCodec.encode(new FrameRun(96, 64, 1, new byte[96 * 64 * 3]));
    footage.artifacts.put(footage.shots.getFirst().segments().getFirst(), wrong);

    assertThatThrownBy(() -> assemble(folder))
        .isInstanceOf(LongtakeException.class)
        .hasMessage("shot shot-0 segment 0: expected 13 frames of 96x64, found 1 of 96x64");
  }
}
