package dev.longtake.coordinator.film;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.frames.FramesCodec;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Transition;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilmAssemblerTest {

  @TempDir private Path folder;

  private final TestFootage footage =
      new TestFootage(List.of(new Transition.Dissolve(4), new Transition.Fade(6, 0)), 33, 25, 17);

  private List<String> assemble(Path into) throws IOException {
    return assemble(footage, into);
  }

  /** Cuts the clips, then makes the film; gives the names of all files. */
  private static List<String> assemble(TestFootage footage, Path into) throws IOException {
    Files.createDirectories(into.resolve("shots"));
    var assembler = new FilmAssembler(footage.source());
    List<String> names = new ArrayList<>();
    List<Digest> clips = new ArrayList<>();
    for (ShotFootage shot : footage.shots) {
      String name = FilmAssembler.clipName(shot.plan());
      assembler.cut(footage.plan, shot, into.resolve(name));
      clips.add(Digest.of(Files.readAllBytes(into.resolve(name))));
      names.add(name);
    }
    names.addAll(0, assembler.assemble(footage.plan, footage.shots, clips, into));
    return names;
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

  /** Every frame lasts 1001 units of a time base of the rate's own, to the last one. */
  @ParameterizedTest
  @CsvSource({"23.976, 24000", "29.97, 30000", "59.94, 60000"})
  void assemble_atAnNtscRate_givesEveryFrameItsExactTime(String rate, int unitsPerSecond)
      throws IOException {
    TestFootage footage = TestFootage.of(TestFootage.SIZE, FrameRate.parse(rate).orElseThrow(), 61);

    assemble(footage, folder);

    for (String file : List.of("film.mp4", "shots/shot-0.mp4")) {
      DecodedVideo film = DecodedVideo.read(folder.resolve(file));
      assertThat(film.frameCount()).isEqualTo(61);
      assertThat(film.timing())
          .isEqualTo(
              new DecodedVideo.Timing(
                  "1/" + unitsPerSecond, unitsPerSecond + "/1001", Set.of(1001L), 61 * 1001L));
    }
    JsonNode story =
        new ObjectMapper().readTree(folder.resolve("manifest.json").toFile()).path("story");
    assertThat(story.path("frameRate").asText()).isEqualTo(unitsPerSecond + "/1001");
    assertThat(story.path("frameRateHz").asDouble()).isEqualTo(unitsPerSecond / 1001.0);
    assertFitsItsSchema();
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

    assertFitsItsSchema();
    assertThat(Files.readString(folder.resolve("manifest.json")))
        .contains("\"frameRateHz\" : 8,", "\"frameRate\" : \"8\",");
  }

  /** Film and clips have the size that was asked for, and the manifest says both. */
  @Test
  void assemble_sizeBetweenTheModels_isCroppedEverywhere() throws IOException {
    FrameSize asked = new FrameSize(90, 58);
    TestFootage footage = TestFootage.of(asked, FrameRate.of(8), 9);

    assemble(footage, folder);

    assertThat(footage.plan.renderedSize()).isEqualTo(new FrameSize(96, 64));
    for (String file : List.of("film.mp4", "shots/shot-0.mp4")) {
      assertThat(DecodedVideo.read(folder.resolve(file)).size()).isEqualTo(asked);
    }
    JsonNode manifest = new ObjectMapper().readTree(folder.resolve("manifest.json").toFile());
    assertThat(manifest.at("/story/width").asInt()).isEqualTo(90);
    assertThat(manifest.at("/film/width").asInt()).isEqualTo(90);
    assertThat(manifest.at("/film/height").asInt()).isEqualTo(58);
    assertThat(manifest.at("/film/renderedWidth").asInt()).isEqualTo(96);
    assertThat(manifest.at("/film/renderedHeight").asInt()).isEqualTo(64);
    assertFitsItsSchema();
  }

  /** As people write it, exactly, and once more for scripts that would round it. */
  @Test
  void assemble_seedBeyondDoubles_standsInTheManifestExactly() throws IOException {
    TestFootage footage = TestFootage.ofSeed(-1);

    assemble(footage, folder);

    JsonNode manifest = new ObjectMapper().readTree(folder.resolve("manifest.json").toFile());
    for (JsonNode entry : List.of(manifest.path("story"), manifest.at("/shots/0"))) {
      assertThat(entry.path("seed").bigIntegerValue()).hasToString("18446744073709551615");
      assertThat(entry.path("seedText").asText()).isEqualTo("18446744073709551615");
    }
    assertFitsItsSchema();
  }

  private void assertFitsItsSchema() throws IOException {
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
