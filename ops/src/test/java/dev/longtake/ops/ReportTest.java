package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code longtake report} on a film's folder, whole and damaged. */
class ReportTest {

  private static final String STYLE = "\"reference\" : \"leo\", \"kind\" : \"style\"";

  @TempDir private static Path made;
  @TempDir private Path folder;
  private Path film;

  @BeforeAll
  static void makeFilm() throws IOException {
    PastedFilm.write(made);
  }

  @BeforeEach
  void copyFilm() throws IOException {
    film = TinyStory.copy(made.resolve("film"), folder.resolve("film"));
  }

  private record Result(int status, String output, String errors) {}

  private static Result run(Path film, String... options) {
    StringWriter output = new StringWriter();
    StringWriter errors = new StringWriter();
    Console console =
        new Console(new PrintWriter(output, true), new PrintWriter(errors, true), false);
    List<String> arguments = new ArrayList<>(List.of("report", film.toString()));
    arguments.addAll(List.of(options));
    int status = Main.commandLine(console).execute(arguments.toArray(String[]::new));
    return new Result(status, output.toString(), errors.toString());
  }

  @Test
  void report_ofAPastedFilm_saysWhoIsPasted() {
    Result result = run(film, "--world", made.resolve("story.yaml").toString());

    assertThat(result.status()).as(result.errors()).isEqualTo(ExitCode.OK);
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .contains("Film     Pasted: 3 shots, 12.0 s", "Cuts     2 of 2 found")
        .contains("problem: rosie: Its reference picture is repeated")
        .contains("problem: leo: Its reference picture is repeated");
  }

  @Test
  void report_asJson_isTheSameTwice() throws IOException {
    Path json = folder.resolve("report.json");
    run(film, "--json", json.toString());

    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(run(film, "--json", "-").output()).isEqualTo(Files.readString(json));
    assertThat(report.at("/seams/boundaries")).hasSize(3);
    assertThat(report.at("/fidelity/share").isMissingNode()).isTrue();
    assertThat(report.at("/findings").toString()).contains("--world");
  }

  @Test
  void report_asAPage_asksForNothingFromOutside() throws IOException {
    Path html = folder.resolve("report.html");
    run(film, "--html", html.toString(), "--world", made.resolve("world").toString());

    assertThat(Files.readString(html))
        .startsWith("<!doctype html>")
        .contains("<h1>Pasted</h1>", "rosie", "<svg", "data:image/png;base64,")
        .doesNotContainPattern("https?://|<script|src=\"(?!data:)|url\\(");
  }

  @Test
  void report_ofAStoryWhoseNameIsMarkup_showsItAsText() throws IOException {
    Path manifest = film.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"Pasted\"", "\"<img src=x onerror=alert(1)>\""));
    Path html = folder.resolve("report.html");

    run(film, "--html", html.toString());

    assertThat(Files.readString(html))
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .doesNotContain("<img src=x");
  }

  @Test
  void report_ofAClipThatWasReplaced_saysSo() throws IOException {
    Files.copy(
        film.resolve("shots/lion.mp4"),
        film.resolve("shots/rhino.mp4"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(run(film).output()).contains("shot rhino: Its clip is not the one");
  }

  @Test
  void report_ofNoFolder_isRefused() {
    assertRefused(folder.resolve("none"), "expected the folder of a rendered film, found nothing");
  }

  @Test
  void report_ofAFolderWithoutAFilm_isRefused() {
    assertRefused(folder, "expected a film with its manifest.json, found none");
  }

  @Test
  void report_ofNoWorld_isRefused() {
    Result result = run(film, "--world", folder.resolve("none").toString());

    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(result.errors()).contains("--world: expected the folder of a world's pictures");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | expected it to be JSON, found something else at line 1",
        "[] | expected it to be a JSON object",
        "{} | expected format to be a whole number from 1, found nothing",
        "{\"format\": 2} | expected format to be format 1, found format 2",
        "{\"format\": 1} | expected story.name to be a text, found nothing",
      })
  void report_ofABrokenManifest_isRefused(String manifest, String said) throws IOException {
    Files.writeString(film.resolve("manifest.json"), manifest);

    assertRefused(film, said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"clip\" : \"shots/lion.mp4\" | \"clip\" : \"../x.mp4\" | a file in the film's folder",
        "\"clip\" : \"shots/lion.mp4\" | \"clip\" : 7 | expected shots[1].clip to be a text",
        "\"frameCount\" : 32 | \"frameCount\" : 31 | expected 31 frames, as the manifest says",
        "\"frameCount\" : 32 | \"frameCount\" : 33 | expected 33 frames, as the manifest says",
        "\"frameRateHz\" : 8 | \"frameRateHz\" : 0 | expected story.frameRateHz to be frames a"
            + " second",
        "\"frameCount\" : 32 | \"frameCount\" : 2000000000 | expected shots[0].frameCount to be a"
            + " whole number 1 to 36000, found 2000000000",
        "\"kind\" : \"scene\" | \"kind\" : \"sofa\" | expected pictures[5].kind to be character,"
            + " prop, scene or style, found \"sofa\"",
        "\"height\" : 160 | \"height\" : 158 | expected frames of 256x158, as the manifest says,"
            + " found 256x160",
      })
  void report_ofAManifestThatLies_isRefused(String line, String lie, String said)
      throws IOException {
    Path manifest = film.resolve("manifest.json");
    String text = Files.readString(manifest);
    assertThat(text).contains(line);
    Files.writeString(manifest, text.replace(line, lie));

    assertRefused(film, said);
  }

  /**
   * Two chunks whose boundaries fall on one frame, in shots that latents of one frame stand for.
   */
  @Test
  void report_ofAManifestWithTooManyLatentFrames_hasOnlyNumbers() throws IOException {
    lie("\"latentFrameCount\" : [0-9]+", "\"latentFrameCount\" : 36000");

    String report = run(film, "--json", "-").output();

    assertThat(report).contains("\"drift\"").doesNotContain("NaN", "Infinity");
  }

  /** A style is how a film is drawn, and a place may have the id of somebody in it. */
  @Test
  void report_ofKindsWithOneId_keepsThemApart() throws IOException {
    lie("\"reference\" : \"leo\",\\s+\"kind\" : \"character\"", STYLE);
    lie("\"reference\" : \"central-park\"", "\"reference\" : \"rosie\"");
    Path json = folder.resolve("report.json");

    run(film, "--world", made.resolve("story.yaml").toString(), "--json", json.toString());

    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/entities"))
        .extracting(it -> it.path("id").asText() + " " + it.path("kind").asText())
        .containsExactly("rosie character", "rosie scene", "snowy-street scene");
  }

  @Test
  void report_ofAFilmWithNotesOnly_saysAlikeThatNothingIsToBeMended() throws IOException {
    // Pasted figures slide as no film's should.
    lie("\"warpRatio\" : [0-9.]+", "\"warpRatio\" : 1.0");
    Path html = folder.resolve("report.html");

    Result result = run(film, "--html", html.toString());

    assertThat(result.output()).contains("Nothing to mend.", "note: the film");
    assertThat(Files.readString(html)).contains("Nothing to mend.").doesNotContain("--html");
  }

  private void lie(String pattern, String replacement) throws IOException {
    Path manifest = film.resolve("manifest.json");
    String text = Files.readString(manifest);
    String lie = Pattern.compile(pattern).matcher(text).replaceAll(replacement);
    assertThat(lie).isNotEqualTo(text);
    Files.writeString(manifest, lie);
  }

  @Test
  void report_withoutAClip_isRefusedBeforeAnyIsRead() throws IOException {
    Files.delete(film.resolve("shots/rhino-again.mp4"));

    assertRefused(film, "expected the clip of shot rhino-again, found no file");
  }

  @Test
  void report_ofAClipThatIsNone_isRefused() throws IOException {
    Files.writeString(film.resolve("shots/lion.mp4"), "no video");

    assertRefused(film, "expected a clip that longtake made, found something that cannot");
  }

  private static void assertRefused(Path film, String said) {
    Result result = run(film);

    assertThat(result.errors()).startsWith("longtake: ").contains(said).doesNotContain("\tat ");
    assertThat(result.errors().lines()).hasSize(1);
    assertThat(result.output()).isEmpty();
    assertThat(result.status()).isEqualTo(ExitCode.WRONG_USE);
  }
}
