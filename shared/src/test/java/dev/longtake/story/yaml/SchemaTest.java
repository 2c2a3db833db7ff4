package dev.longtake.story.yaml;

import static dev.longtake.testing.TestPictures.picture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.Transition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schemas and the reader agree wherever a schema can see the mistake. */
class SchemaTest {

  private static final Path OPS = Path.of("..", "ops");
  private static final String START =
      "{story: S, world: world, size: 64x64, fps: 8, shots: [{id: a, prompt: p, duration: 1s}";

  private static final String SIZE =
      "{story: S, world: world, fps: 8, shots: [{id: a, prompt: p, duration: 1s}], size: ";
  private static final String RATE =
      "{story: S, world: world, size: 64x64, shots: [{id: a, prompt: p, duration: 1s}], fps: ";

  private static final Schema STORY = schema("story.schema.json");
  private static final Schema WORLD = schema("world.schema.json");

  private static Schema schema(String name) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(text(OPS.resolve("schema").resolve(name)), InputFormat.JSON);
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Error> errors(Schema schema, String yaml) {
    return schema.validate(yaml, InputFormat.YAML);
  }

  private static void readStory(String yaml) {
    StoryReader.read(
        "story.yaml",
        new FakeFiles().with("story.yaml", yaml).with("world/world.yaml", "world: W"));
  }

  private static void readWorld(String yaml) {
    StoryReader.read(
        "story.yaml",
        new FakeFiles()
            .with("story.yaml", START + "]}")
            .with("world/world.yaml", yaml)
            .with("world/a.png", picture("png", 8, 8, 0)));
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.walk(OPS.resolve("examples"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("(story|world)\\.yaml"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void example_isValid(Path file) {
    boolean isStory = file.getFileName().toString().equals("story.yaml");

    assertThat(errors(isStory ? STORY : WORLD, text(file))).isEmpty();
    if (isStory) {
      assertThat(StoryFiles.load(file).warnings()).isEmpty();
    }
  }

  @Test
  void schemas_areValidThemselves() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

    for (String name : List.of("story.schema.json", "world.schema.json")) {
      String schema = text(OPS.resolve("schema").resolve(name));
      assertThat(meta.validate(schema, InputFormat.JSON)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        START + "]}",
        START + ", cut, {id: b, prompt: p, duration: 1s}], seed: -3}",
        START + ", {cut: }, {id: b, prompt: p, duration: 500ms, camera: pan-left, seed: 9}]}",
        START + ", {dissolve: 0.5s}, {id: b-2, prompt: 1984, duration: 1m30s, cast: []}]}",
        START + ", {fade: 1s}, {id: 7, prompt: p, duration: 1s}]}",
        START + ", {fade: {duration: 1s, color: white}}, {id: b, prompt: p, duration: 1s}]}",
        START + "], settings: {steps: 4, guidance: 0, shift: 2.5}}",
        START + "], settings: {steps: 4.0, guidance: \"4.5\", shift: 3}}",
        START + "], settings: {steps: \"4\", guidance: 0, shift: \"3\"}}",
        START + ", {id: b, prompt: p, duration: 2.5}]}",
        START + ", {id: b, prompt: p, duration: 5}]}",
        START + ", {id: b, prompt: p, duration: \"5\"}]}",
        START + ", {id: b, prompt: p, duration: 61 frames}]}",
        START + ", {id: b, prompt: p, duration: 61f}]}",
        START + ", {id: b, prompt: p, duration: 1 min 30 s}]}",
        START + ", {dissolve: 3 frames}, {id: b, prompt: p, duration: 1.5 seconds}]}",
        START + ", {id: b, prompt: p, duration: 1s, seed: -1}], seed: 18446744073709551615}",
        START + "], seed: \"18446744073709551615\"}",
        SIZE + "1920x1080}",
        SIZE + "832*480}",
        RATE + "24.0}",
        RATE + "\"24\"}",
        RATE + "23.976}",
        RATE + "\"29.97\"}",
        RATE + "29.97}",
        RATE + "59.94}",
        RATE + "24000/1001}",
        START + "], negative_prompt: blurred}",
        START + ", {id: b, prompt: p, negative_prompt: \"\", duration: 1s}]}",
      })
  void story_thatIsRight_isTakenByBoth(String yaml) {
    assertThat(errors(STORY, yaml)).isEmpty();
    assertThatNoException().isThrownBy(() -> readStory(yaml));
  }

  /** Also for a kind that does not exist yet. */
  @ParameterizedTest
  @EnumSource
  void transition_ofAnyKind_isTakenByBoth(Transition.Kind kind) {
    String entry = kind.takesTime() ? "{" + kind.example() + "}" : kind.word();
    String yaml = START.replace("1s", "9s") + ", " + entry + ", {id: b, prompt: p, duration: 9s}]}";

    assertThat(errors(STORY, yaml)).as("ops/schema/story.schema.json").isEmpty();
    assertThatNoException().isThrownBy(() -> readStory(yaml));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        START + "], shot: 1}",
        RATE + "8.5}",
        RATE + "0}",
        RATE + "61}",
        RATE + "fast}",
        RATE + "24001/1001}",
        RATE + "[24]}",
        START + "], seed: seven}",
        START + "], seed: 18446744073709551616}",
        START + "], seed: 7.5}",
        START + "], settings: {steps: 0}}",
        START + "], negative_prompt: }",
        START + ", {id: b, prompt: p, negative_prompt: [x], duration: 1s}]}",
        START + "], settings: {guidance: high}}",
        START + ", {id: b, prompt: p}]}",
        START + ", {id: b, duration: 1s}]}",
        START + ", {id: B, prompt: p, duration: 1s}]}",
        START + ", {id: b, prompt: p, duration: -1}]}",
        START + ", {id: b, prompt: p, duration: 1.5 x}]}",
        START + ", {id: b, prompt: p, duration: 0 frames}]}",
        START + ", {id: b, prompt: p, duration: soon}]}",
        START + ", {id: b, prompt: p, duration: 1s, camera: left}]}",
        START + ", {id: b, prompt: p, duration: 1s, cast: rosie}]}",
        START + ", {id: b, prompt: p, duration: 1s, cast: [r, r]}]}",
        START + ", {id: b, prompt: p, duration: 1s, mood: sad}]}",
        START + ", {wipe: 1s}, {id: b, prompt: p, duration: 1s}]}",
        START + ", {fade: {color: white}}, {id: b, prompt: p, duration: 1s}]}",
        START + ", {fade: {duration: 1s, color: red}}, {id: b, prompt: p, duration: 1s}]}",
        START + ", 3, {id: b, prompt: p, duration: 1s}]}",
        "{story: S, world: world, size: 64x64, fps: 8, shots: []}",
        "{story: S, world: world, size: 64, fps: 8, shots: [{id: a, prompt: p, duration: 1s}]}",
        "{story: S, world: w@1, size: 64x64, fps: 8, shots: [{id: a, prompt: p, duration: 1s}]}",
        "{story: S, world: /w, size: 64x64, fps: 8, shots: [{id: a, prompt: p, duration: 1s}]}",
        "{story: , world: world, size: 64x64, fps: 8, shots: [{id: a, prompt: p, duration: 1s}]}",
      })
  void story_thatIsWrong_isRefusedByBoth(String yaml) {
    assertThat(errors(STORY, yaml)).isNotEmpty();
    assertThatExceptionOfType(LongtakeException.class).isThrownBy(() -> readStory(yaml));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{world: W}",
        "{world: W, characters: [{id: a, pictures: [a.png]}], props: [], scenes: , styles: []}",
        "{world: W, styles: [{id: a, description: words}]}",
      })
  void world_thatIsRight_isTakenByBoth(String yaml) {
    assertThat(errors(WORLD, yaml)).isEmpty();
    assertThatNoException().isThrownBy(() -> readWorld(yaml));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{world: world/}",
        "{world: .}",
        "{world: w@1}",
        "{world: world.yaml}",
        "{world: W, extends: other}",
        "{world: W, characters: {id: a}}",
        "{world: W, characters: [{pictures: [a.png]}]}",
        "{world: W, characters: [{id: a, picture: a.png}]}",
        "{world: W, characters: [{id: a, pictures: a.png}]}",
        "{world: W, characters: [{id: a, pictures: [../a.png]}]}",
        "{world: W, characters: [{id: a, pictures: [/a.png]}]}",
        "{world: W, characters: [{id: a, pictures: [x/../../a.png]}]}",
        "{world: W, styles: [{id: a}]}",
      })
  void world_thatIsWrong_isRefusedByBoth(String yaml) {
    assertThat(errors(WORLD, yaml)).isNotEmpty();
    assertThatExceptionOfType(LongtakeException.class).isThrownBy(() -> readWorld(yaml));
  }
}
