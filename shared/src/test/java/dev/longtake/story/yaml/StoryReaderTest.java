package dev.longtake.story.yaml;

import static dev.longtake.testing.TestPictures.picture;
import static dev.longtake.testing.TestPictures.pngThatClaims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Picture;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.SamplingOverrides;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotSeeds;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.Transition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoryReaderTest {

  private static final String STORY =
      """
      story: New York Zoo
      world: world/
      size: 256x160
      fps: 8
      seed: 7
      shots:
        - id: rhino-grazes
          scene: central-park
          cast: [rosie]
          prompt: a grey rhino grazes in central park
          duration: 6s
          camera: static
        - dissolve: 0.5s
        - id: lion-times-square
          scene: times-square
          cast: [leo]
          prompt: an orange lion walks right in times square
          duration: 8s
        - fade: {duration: 1s, color: "#ff8800"}
        - id: end
          prompt: the skyline
          duration: 1m
          seed: 12
          camera: zoom-out
      """;

  private static final String WORLD =
      """
      world: New York
      characters:
        - id: rosie
          description: a grey rhino with a red scarf
          pictures: [rosie.png]
        - id: leo
          pictures: [leo.jpg]
      props: []
      scenes:
        - id: central-park
          pictures: [park.png]
        - id: times-square
          pictures: [park.png]
      styles:
        - id: paper
          description: cut from paper
      """;

  private final byte[] rosie = picture("png", 40, 30, 0x808080);
  private final byte[] leo = picture("jpg", 20, 10, 0xFF8000);
  private final byte[] park = picture("png", 64, 40, 0x00FF00);
  private final FakeFiles files =
      new FakeFiles()
          .with("story.yaml", STORY)
          .with("world/world.yaml", WORLD)
          .with("world/rosie.png", rosie)
          .with("world/leo.jpg", leo)
          .with("world/park.png", park);

  private LoadedStory read() {
    return StoryReader.read("story.yaml", files);
  }

  private LoadedStory readStory(String story) {
    files.with("story.yaml", story);
    return read();
  }

  private List<String> problems() {
    LongtakeException failure = catchThrowableOfType(LongtakeException.class, this::read);
    assertThat(failure).as("the story is accepted").isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.STORY_INVALID);
    return failure.getMessage().lines().toList();
  }

  /** The problems when a piece of the story is replaced. */
  private List<String> problemsWith(String piece, String replacement) {
    assertThat(STORY).contains(piece);
    files.with("story.yaml", STORY.replace(piece, replacement));
    return problems();
  }

  private List<String> problemsWithWorld(String piece, String replacement) {
    assertThat(WORLD).contains(piece);
    files.with("world/world.yaml", WORLD.replace(piece, replacement));
    return problems();
  }

  @Test
  void read_story_givesEverythingInIt() {
    LoadedStory loaded = read();

    Story story = loaded.story();
    assertThat(story.name()).isEqualTo("New York Zoo");
    assertThat(story.size()).isEqualTo(new FrameSize(256, 160));
    assertThat(story.frameRate()).isEqualTo(FrameRate.of(8));
    assertThat(story.seed()).isEqualTo(7);
    assertThat(story.settings()).isEqualTo(RenderSettings.DEFAULT);
    assertThat(story.shots()).extracting(Shot::frameCount).containsExactly(48, 64, 480);
    assertThat(story.transitions())
        .containsExactly(new Transition.Dissolve(4), new Transition.Fade(8, 0xFF8800));
    Shot first = story.shots().getFirst();
    assertThat(first)
        .isEqualTo(
            new Shot(
                "rhino-grazes",
                "central-park",
                List.of("rosie"),
                List.of(),
                List.of(),
                ShotText.of("a grey rhino grazes in central park"),
                48,
                Camera.STATIC,
                ShotSeeds.derive(7, "rhino-grazes")));
    assertThat(story.shots().getLast().camera()).isEqualTo(Camera.ZOOM_OUT);
    assertThat(story.shots().getLast().seed()).isEqualTo(12);
    assertThat(story.world().character("leo").orElseThrow().pictures())
        .containsExactly(new Picture("leo.jpg", Digest.of(leo), 20, 10));
    assertThat(loaded.pictures())
        .containsOnlyKeys(Digest.of(rosie), Digest.of(leo), Digest.of(park));
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void read_everyFormOfTransition_isUnderstood() {
    String shots =
        """
        story: T
        world: world
        size: 64x64
        fps: 10
        shots:
        - {id: a, prompt: p, duration: 5s}
        - cut
        - {id: b, prompt: p, duration: 5s}
        - cut:
        - {id: c, prompt: p, duration: 5s}
        - {id: d, prompt: p, duration: 5s}
        - fade: 1s
        - {id: e, prompt: p, duration: 5s}
        - fade: {duration: 500ms, color: white}
        - {id: f, prompt: p, duration: 5s}
        """;

    assertThat(readStory(shots).story().transitions())
        .containsExactly(
            new Transition.Cut(),
            new Transition.Cut(),
            new Transition.Cut(),
            new Transition.Fade(10, 0),
            new Transition.Fade(5, 0xFFFFFF));
  }

  @Test
  void read_settings_areTaken() {
    String story =
        STORY.replace(
            "shots:", "settings: {steps: 20, guidance: 4.5, shift: 3, fresh-noise: 0.75}\nshots:");

    assertThat(readStory(story).story().settings())
        .isEqualTo(
            new RenderSettings(
                new SamplingOverrides(
                    OptionalInt.of(20),
                    OptionalDouble.of(4.5),
                    OptionalDouble.of(3),
                    OptionalDouble.of(0.75)),
                false));
  }

  @Test
  void read_worldBesideOrAboveTheStory_isFound() {
    files
        .with("world.yaml", WORLD.replace("[rosie.png]", "[pictures/rosie.png]"))
        .with("pictures/rosie.png", rosie)
        .with("leo.jpg", leo)
        .with("park.png", park)
        .with("../worlds/ny/world.yaml", WORLD)
        .with("../worlds/ny/rosie.png", rosie)
        .with("../worlds/ny/leo.jpg", leo)
        .with("../worlds/ny/park.png", park);

    assertThat(readStory(STORY.replace("world/", ".")).story().world().name())
        .isEqualTo("New York");
    assertThat(readStory(STORY.replace("world/", "../worlds/ny/")).story().world().name())
        .isEqualTo("New York");
  }

  @Test
  void read_durationBetweenFrames_warnsAndRounds() {
    LoadedStory loaded = readStory(STORY.replace("duration: 6s", "duration: 6.1s"));

    assertThat(loaded.story().shots().getFirst().frameCount()).isEqualTo(49);
    assertThat(loaded.warnings())
        .containsExactly(
            "story.yaml:11:15: duration: 6.1s is not a whole number of frames at 8 a second,"
                + " 49 are rendered");
  }

  @ParameterizedTest
  @CsvSource({
    "24.0, 24, 144",
    "'\"24\"', 24, 144",
    "'''24.0''', 24, 144",
    "2.4e1, 24, 144",
    "23.976, 24000/1001, 144",
    "'\"23.976\"', 24000/1001, 144",
    "29.97, 30000/1001, 180",
    "59.94, 60000/1001, 360",
    "24000/1001, 24000/1001, 144",
  })
  void read_ratesAsPeopleWriteThem_areExact(String written, String fraction, int frameCount) {
    Story story = readStory(STORY.replace("fps: 8", "fps: " + written)).story();

    assertThat(story.frameRate().fraction()).isEqualTo(fraction);
    assertThat(story.shots().getFirst().frameCount()).isEqualTo(frameCount);
  }

  @ParameterizedTest
  @CsvSource({
    "12.5, '\"12.5\"'",
    "0, '\"0\"'",
    "'[24]', 'a list'",
    "fast, '\"fast\"'",
    "'', 'nothing'",
    "'23,976', '\"23,976\"; did you mean 23.976?'",
  })
  void read_noRate_isToldInOneSentence(String written, String found) {
    assertThat(problemsWith("fps: 8", "fps: " + written))
        .singleElement()
        .asString()
        .endsWith(
            "fps: expected a whole number from 1 to 60, an NTSC rate such as 23.976, 29.97 or"
                + " 59.94, or a fraction such as 24000/1001, found "
                + found);
  }

  @Test
  void read_secondsAtAnNtscRate_areRoundedWithOneNote() {
    LoadedStory loaded = readStory(STORY.replace("fps: 8", "fps: 23.976"));
    String frames =
        STORY
            .replace("fps: 8", "fps: 23.976")
            .replace("6s", "144f")
            .replace("0.5s", "12 frames")
            .replace("8s", "192 frames")
            .replace("1s", "24f")
            .replace("1m", "1439 frames");

    assertThat(loaded.warnings())
        .containsExactly(
            "story.yaml:4:6: fps: no second is a whole number of frames at 23.976 (24000/1001),"
                + " durations are rounded to the nearest; write frames, like 61 frames, to say"
                + " exactly");
    assertThat(readStory(frames).warnings()).isEmpty();
    assertThat(readStory(frames).story()).isEqualTo(loaded.story());
  }

  @ParameterizedTest
  @CsvSource({
    "5, 40",
    "2.5, 20",
    ".5, 4",
    "'\"6\"', 48",
    "6 s, 48",
    "6sec, 48",
    "1m 30s, 720",
    "1.5 minutes, 720",
    "61 frames, 61",
    "61f, 61",
    "1 frame, 1",
    "61.0 Frames, 61",
  })
  void read_durationsAsPeopleWriteThem_areFrames(String written, int frameCount) {
    String alone = STORY.substring(0, STORY.indexOf("  - dissolve"));

    assertThat(readStory(alone.replace("duration: 6s", "duration: " + written)).story().shots())
        .extracting(Shot::frameCount)
        .containsExactly(frameCount);
  }

  @Test
  void read_framesOutOfBounds_areTold() {
    for (String frames : List.of("0 frames", "2.5 frames", "-3f", "4801 frames", "1e40 frames")) {
      assertThat(problemsWith("duration: 6s", "duration: " + frames))
          .containsExactly(
              "story.yaml:11:15: duration: expected a whole number of frames from 1 to 4800,"
                  + " found \"%s\"".formatted(frames));
    }
    assertThat(problemsWith("duration: 6s", "duration: 2,5s").getFirst())
        .endsWith("found \"2,5s\"; did you mean 2.5s?");
  }

  @Test
  void read_settingsInAnyForm_areNumbers() {
    String story =
        STORY.replace("shots:", "settings: {steps: 20.0, guidance: \"4.5\", shift: 3e0}\nshots:");

    assertThat(readStory(story).story().settings())
        .isEqualTo(
            new RenderSettings(
                new SamplingOverrides(
                    OptionalInt.of(20), OptionalDouble.of(4.5), OptionalDouble.of(3)),
                false));
    assertThat(problemsWith("seed: 7", "settings: {steps: 12.5, guidance: \"4,5\"}"))
        .containsExactly(
            "story.yaml:5:19: steps: expected a whole number from 1 to 1000, found \"12.5\"",
            "story.yaml:5:35: guidance: expected a number from 0.0 to 100.0, found \"4,5\"; did"
                + " you mean 4.5?");
  }

  @ParameterizedTest
  @CsvSource({
    "18446744073709551615, -1",
    "'\"18446744073709551615\"', -1",
    "9223372036854775808, -9223372036854775808",
    "-3, -3",
    "12.0, 12",
  })
  void read_seedsOfSixtyFourBits_areTaken(String written, long bits) {
    LoadedStory loaded =
        readStory(
            STORY.replace("seed: 12", "seed: " + written).replace("seed: 7", "seed: " + written));

    assertThat(loaded.story().seed()).isEqualTo(bits);
    assertThat(loaded.story().shots().getLast().seed()).isEqualTo(bits);
    assertThat(loaded.story().shots().getFirst().seed())
        .isEqualTo(ShotSeeds.derive(bits, "rhino-grazes"));
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void read_seedMinusOne_isTakenWithANote() {
    LoadedStory loaded = readStory(STORY.replace("seed: 12", "seed: -1"));

    assertThat(loaded.story().shots().getLast().seed()).isEqualTo(-1);
    assertThat(loaded.warnings())
        .containsExactly(
            "story.yaml:23:11: seed: -1 is a seed like any other (18446744073709551615), not a"
                + " random one: the same story gives the same film");
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551616", "7.5", "random", "0x10"})
  void read_noSeed_isTold(String written) {
    assertThat(problemsWith("seed: 7", "seed: " + written))
        .containsExactly(
            "story.yaml:5:7: seed: expected a whole number from 0 to 18446744073709551615,"
                + " found \"%s\"".formatted(written));
  }

  @Test
  void read_severalMistakes_areToldFromTopToBottom() {
    files.with(
        "story.yaml",
        STORY
            .replace("duration: 6s", "duraton: 6s")
            .replace("cast: [leo]", "cast: [lea, leo, leo]")
            .replace("fps: 8", "fps: 800")
            .replace("camera: zoom-out", "camera: zoomout"));
    files.with("world/world.yaml", WORLD.replace("rosie.png", "rosy.png"));

    assertThat(problems())
        .containsExactly(
            "world/world.yaml:5:16: picture rosy.png: expected a PNG, JPEG or WebP file,"
                + " found no such file",
            "story.yaml:4:6: fps: expected a whole number from 1 to 60, an NTSC rate such as"
                + " 23.976, 29.97 or 59.94, or a fraction such as 24000/1001, found \"800\"",
            "story.yaml:7:5: shot: expected duration: 6s, found no such key",
            "story.yaml:11:5: shot: expected one of the keys id, scene, cast, props, styles,"
                + " prompt, negative_prompt, duration, camera, seed, found \"duraton\"; did you"
                + " mean duration?",
            "story.yaml:16:12: character: expected one that the world has (rosie, leo),"
                + " found lea; did you mean leo?",
            "story.yaml:16:22: cast: expected leo once, found it again",
            "story.yaml:24:13: camera: expected one of static, pan-left, pan-right, zoom-in,"
                + " zoom-out, found \"zoomout\"; did you mean zoom-out?");
  }

  @Test
  void read_unknownKeys_areToldEverywhere() {
    assertThat(problemsWith("seed: 7", "sed: 7"))
        .singleElement()
        .asString()
        .startsWith("story.yaml:5:1: story: expected one of the keys story, world,")
        .endsWith("found \"sed\"; did you mean seed?");
    assertThat(problemsWith("seed: 7", "settings: {step: 3}").getFirst())
        .isEqualTo(
            "story.yaml:5:12: settings: expected one of the keys steps, guidance, shift,"
                + " fresh-noise, found \"step\"; did you mean steps?");
    assertThat(problemsWith("color:", "colour:").getFirst())
        .contains("fade: expected one of the keys duration, color, found \"colour\"; did you");
    files.with("story.yaml", STORY);
    assertThat(problemsWithWorld("scenes:", "scene:").getFirst())
        .startsWith("world/world.yaml:9:1: world: expected one of the keys")
        .endsWith("found \"scene\"; did you mean scenes?");
  }

  @Test
  void read_keyTwice_isToldAtTheSecond() {
    assertThat(problemsWith("seed: 7", "seed: 7\nfps: 9"))
        .containsExactly("story.yaml:6:1: story: expected the key fps once, found it again");
  }

  @Test
  void read_missingKeys_areNamedWithAnExample() {
    files.with("story.yaml", "seed: 1");

    assertThat(problems())
        .containsExactly(
            "story.yaml:1:1: story: expected story: its name, found no such key",
            "story.yaml:1:1: story: expected world: its folder/, found no such key",
            "story.yaml:1:1: story: expected size: 256x160, found no such key",
            "story.yaml:1:1: story: expected fps: 8, found no such key",
            "story.yaml:1:1: story: expected shots: a list of shots, found no such key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"six", "-6s", "-6", "1s2m", "1e3s", "6 x", "half", "frames", "0x10"})
  void read_noDuration_isToldWithExamples(String duration) {
    assertThat(problemsWith("duration: 6s", "duration: " + duration))
        .containsExactly(
            "story.yaml:11:15: duration: expected a duration like 6s, 0.5s, 1m30s or 61 frames,"
                + " found \"%s\"".formatted(duration));
  }

  @Test
  void read_durationOutOfBounds_isTold() {
    assertThat(problemsWith("duration: 6s", "duration: 2h"))
        .containsExactly("story.yaml:11:15: duration: expected at most 10m, found 2h");
    assertThat(problemsWith("duration: 6s", "duration: 10ms").getFirst())
        .isEqualTo(
            "story.yaml:11:15: duration: expected at least one frame (8 a second),"
                + " found \"10ms\"");
  }

  @Test
  void read_storyLongerThanThreeHours_isTold() {
    StringBuilder shots =
        new StringBuilder("story: L\nworld: world\nsize: 64x64\nfps: 1\nshots:\n");
    for (int i = 0; i < 19; i++) {
      shots.append("- {id: s%d, prompt: p, duration: 10m}\n".formatted(i));
    }
    files.with("story.yaml", shots.toString());

    assertThat(problems())
        .containsExactly("story.yaml:6:1: shots: expected at most 3h in all, found 3h10m");
  }

  @Test
  void read_moreThanAThousandShots_isTold() {
    StringBuilder shots =
        new StringBuilder("story: L\nworld: world\nsize: 64x64\nfps: 1\nshots:\n");
    for (int i = 0; i < 1001; i++) {
      shots.append("- {id: s%d, prompt: p, duration: 1s}\n".formatted(i));
    }
    files.with("story.yaml", shots.toString());

    assertThat(problems())
        .containsExactly("story.yaml:6:1: shots: expected at most 1000, found 1001");
  }

  @Test
  void read_sizes_areCheckedOnBothSides() {
    assertThat(problemsWith("256x160", "853x5000"))
        .containsExactly(
            "story.yaml:3:7: size: expected an even width from 16 to 4096 (such as 854), found 853",
            "story.yaml:3:7: size: expected an even height from 16 to 4096 (such as 4096), found"
                + " 5000");
    assertThat(problemsWith("256x160", "256 by 160").getFirst())
        .contains("expected width x height like 256x160, found \"256 by 160\"");
    assertThat(problemsWith("256x160", "[256, 160]").getFirst())
        .contains("expected width x height like 256x160, found a list");
    assertThat(problemsWith("256x160", "0x160").getFirst())
        .contains("expected width x height like 256x160, found \"0x160\"");
  }

  @ParameterizedTest
  @CsvSource({
    "1920x1080, 1920, 1080",
    "832*480, 832, 480",
    "832X480, 832, 480",
    "854 x 480, 854, 480",
    "1280×720, 1280, 720",
    "250x150, 250, 150",
    "4096x2160, 4096, 2160",
  })
  void read_sizesAsPeopleWriteThem_areTaken(String written, int width, int height) {
    assertThat(readStory(STORY.replace("256x160", written)).story().size())
        .isEqualTo(new FrameSize(width, height));
  }

  /** What is encoded counts: 4096x2302 has as many blocks as 4096x2304. */
  @Test
  void read_sizeBeyondTheFilm_isTold() {
    assertThat(readStory(STORY.replace("256x160", "4096x2302")).warnings()).isEmpty();
    assertThat(problemsWith("256x160", "4096x2306").getFirst())
        .contains("size: expected frames of at most 36,864 blocks", "found 37,120 (4096x2306)");
  }

  @Test
  void read_longPrompt_isTold() {
    assertThat(problemsWith("the skyline", "x".repeat(2001)))
        .containsExactly("story.yaml:21:13: prompt: expected at most 2000 characters, found 2001");
  }

  @Test
  void read_tenMegabytes_areNotRead() {
    files.with("story.yaml", STORY.replace("the skyline", "x".repeat(10_000_000)));

    LongtakeException failure = catchThrowableOfType(LongtakeException.class, this::read);

    assertThat(failure.code()).isEqualTo(ErrorCode.FILE_UNUSABLE);
    assertThat(failure.getMessage())
        .startsWith("story.yaml: expected a story, found 100")
        .endsWith("bytes where at most 1048576 are allowed");
  }

  @Test
  void read_idsOfTheWrongForm_areTold() {
    assertThat(problemsWith("id: end", "id: The End").getFirst())
        .isEqualTo(
            "story.yaml:20:9: id: expected 1 to 64 of a-z, 0-9 and inner hyphens,"
                + " found \"The End\"");
    assertThat(problemsWith("id: end", "id: ../../etc/passwd").getFirst()).contains("id: expected");
  }

  @Test
  void read_shotIdTwice_isTold() {
    assertThat(problemsWith("id: end", "id: rhino-grazes"))
        .containsExactly(
            "story.yaml:20:5: id: expected the shot id rhino-grazes once, found it again"
                + " (first in line 7)");
  }

  @Test
  void read_unknownReferences_areTold() {
    assertThat(problemsWith("scene: central-park", "scene: centralpark"))
        .containsExactly(
            "story.yaml:8:12: scene: expected one that the world has (central-park,"
                + " times-square), found centralpark; did you mean central-park?");
    assertThat(problemsWith("cast: [rosie]", "props: [ball]"))
        .containsExactly("story.yaml:9:13: prop: the world has none, found ball");
    assertThat(problemsWith("cast: [rosie]", "styles: [oil]").getFirst())
        .isEqualTo("story.yaml:9:14: style: expected one that the world has (paper), found oil");
  }

  @Test
  void read_transitionsOutOfPlace_areTold() {
    assertThat(problemsWith("shots:\n", "shots:\n  - cut\n"))
        .containsExactly("story.yaml:7:5: shots: expected a shot first, found a transition");
    assertThat(problemsWith("- dissolve: 0.5s", "- dissolve: 0.5s\n  - cut"))
        .containsExactly(
            "story.yaml:14:5: shots: expected a shot, found a second transition in a row");
    assertThat(problemsWith("camera: zoom-out\n", "camera: zoom-out\n  - fade: 1s\n"))
        .containsExactly(
            "story.yaml:25:5: shots: expected a shot after the last transition, found none");
  }

  @Test
  void read_transitionsThatAreNone_areTold() {
    assertThat(problemsWith("- dissolve: 0.5s", "- disolve: 0.5s"))
        .singleElement()
        .asString()
        .startsWith("story.yaml:13:5: transition: expected one of the keys cut, dissolve, fade")
        .endsWith(" found \"disolve\"; did you mean dissolve?");
    assertThat(problemsWith("- dissolve: 0.5s", "- cutt").getFirst())
        .contains(
            "expected a shot, cut, dissolve: 0.5s", "fade: 1s", "found \"cutt\"; did you mean");
    assertThat(problemsWith("- dissolve: 0.5s", "- {dissolve: 1s, fade: 1s}").getFirst())
        .contains("expected one of cut, dissolve, fade", "found several");
    assertThat(problemsWith("\"#ff8800\"", "orange").getFirst())
        .contains("color: expected black, white or a colour in quotes like \"#ff8800\"");
  }

  @Test
  void read_dissolveAsLongAsAShot_isTold() {
    assertThat(problemsWith("dissolve: 0.5s", "dissolve: 6s"))
        .containsExactly(
            "story.yaml:13:5: transition: expected less than the 48 frames of shot rhino-grazes,"
                + " found 48");
  }

  @Test
  void read_worldFromALibrary_saysWhatToWriteInstead() {
    assertThat(problemsWith("world/", "new-york@3"))
        .containsExactly(
            "story.yaml:2:8: world: expected a folder, found \"new-york@3\"; this farm has no"
                + " library of worlds yet: copy the world's folder beside the story and write"
                + " world: its-folder/");
  }

  @Test
  void read_worldThatIsNotThere_isTold() {
    assertThat(problemsWith("world/", "wrld/"))
        .containsExactly(
            "story.yaml:2:8: world: expected a folder with world.yaml in it, found no such file"
                + " (wrld/world.yaml)");
    assertThat(problemsWith("world/", "world/world.yaml").getFirst())
        .contains("expected the folder that world.yaml is in, found the file");
    assertThat(problemsWith("world/", "/etc").getFirst()).contains("found an absolute path");
    assertThat(problemsWith("world/", "world/../world").getFirst()).contains("in the middle");
  }

  @ParameterizedTest
  @ValueSource(strings = {"world/", ".", "../world", "new-york@3", "world.yaml"})
  void read_worldThatNamesItself_isTold(String reference) {
    assertThat(problemsWithWorld("world: New York", "world: " + reference))
        .containsExactly(
            "world/world.yaml:1:8: world: expected the world's own name, found the reference"
                + " \"%s\"; a world cannot be made of itself or of another world"
                    .formatted(reference));
  }

  @Test
  void read_picturesOutsideTheWorld_areTold() {
    assertThat(problemsWithWorld("rosie.png", "../rosie.png").getFirst())
        .isEqualTo(
            "world/world.yaml:5:16: picture: expected a path inside the world's folder, found a"
                + " path that leaves it, \"../rosie.png\"");
    assertThat(problemsWithWorld("rosie.png", "/etc/passwd").getFirst())
        .contains("found an absolute path, \"/etc/passwd\"");
    assertThat(problemsWithWorld("rosie.png", "a/../../b.png").getFirst()).contains("leaves it");
  }

  @Test
  void read_pictureThatClaimsToBeHuge_isRefusedByItsClaim() {
    files.with("world/rosie.png", pngThatClaims(100_000, 100_000));

    assertThat(problems())
        .containsExactly(
            "world/world.yaml:5:16: picture rosie.png: expected 1 to 20000000 pixels,"
                + " found 100000 x 100000");
  }

  /** A worker would refuse it: so nobody gets as far as that. */
  @Test
  void read_pictureThatIsALongStrip_isTold() {
    files.with("world/rosie.png", picture("png", 2100, 100, 0x336699));

    assertThat(problems())
        .containsExactly(
            "world/world.yaml:5:16: picture rosie.png: expected sides of at most 20 : 1,"
                + " found 2100 x 100");
  }

  @Test
  void read_picturesThatAreNone_areTold() {
    files.with("world/rosie.png", Arrays.copyOf(rosie, rosie.length - 20));
    assertThat(problems().getFirst())
        .endsWith("expected a PNG, JPEG or WebP, found a truncated PNG");

    files.with("world/rosie.png", "hello".getBytes(StandardCharsets.UTF_8));
    assertThat(problems().getFirst())
        .endsWith("expected a PNG, JPEG or WebP, found something else");

    files.with("world/rosie.png", picture("gif", 8, 8, 0));
    assertThat(problems().getFirst()).endsWith("found a GIF: save it as PNG");

    files.with("world/rosie.png", new byte[0]);
    assertThat(problems().getFirst()).endsWith("found an empty file");

    files.with("world/rosie.png", new byte[(16 << 20) + 1]);
    assertThat(problems().getFirst()).contains("16777217 bytes where at most 16777216 are allowed");
  }

  @Test
  void read_referenceTwice_isTold() {
    assertThat(problemsWithWorld("id: leo", "id: rosie"))
        .contains("world/world.yaml:6:5: character: expected the id rosie once, found it again");
  }

  @Test
  void read_characterWithoutPictures_warns() {
    files.with("world/world.yaml", WORLD.replace("pictures: [leo.jpg]", "description: a lion"));

    assertThat(read().warnings())
        .containsExactly(
            "world/world.yaml:6:5: character has no pictures, so nothing keeps it the same");
  }

  @Test
  void read_noYaml_isToldWithItsPlace() {
    assertThat(problemsWith("cast: [rosie]", "cast: [rosie").getFirst())
        .startsWith("story.yaml:10:")
        .contains("expected YAML, found a mistake:");
    files.with("story.yaml", "");
    assertThat(problems())
        .containsExactly("story.yaml: expected keys and values, found an empty file");
    files.with("story.yaml", "- a\n- b\n");
    assertThat(problems())
        .containsExactly("story.yaml:1:1: expected story as keys and values, found a list");
    files.with("story.yaml", new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThat(problems())
        .containsExactly("story.yaml: expected UTF-8 text, found UTF-16: save it as UTF-8");
  }

  /** Each would cost gigabytes or the stack if it were built before it is counted. */
  @Test
  void read_hostileYaml_isRefusedBeforeItIsBuilt() {
    files.with("story.yaml", "[".repeat(500_000));
    assertThat(problems().getFirst()).contains("expected at most 16 levels of nesting");

    files.with("story.yaml", "a: &a [x]\nb: *a\n");
    assertThat(problems().getFirst())
        .isEqualTo("story.yaml:2:4: expected a value, found the alias *a; write the value out");

    files.with("story.yaml", STORY + "---\n" + STORY);
    assertThat(problems().getFirst()).contains("expected one document");
  }

  @Test
  void read_manyMistakes_areCutOff() {
    StringBuilder story = new StringBuilder(STORY);
    for (int i = 0; i < 150; i++) {
      story.append("bad").append(i).append(": 1\n");
    }
    files.with("story.yaml", story.toString());

    assertThat(problems()).hasSize(101).last().isEqualTo("... and 50 more");
  }

  @Test
  void derive_seedOfAShot_dependsOnStorySeedAndId() {
    assertThat(ShotSeeds.derive(7, "a")).isEqualTo(ShotSeeds.derive(7, "a"));
    assertThat(ShotSeeds.derive(7, "a")).isNotEqualTo(ShotSeeds.derive(7, "b"));
    assertThat(ShotSeeds.derive(7, "a")).isNotEqualTo(ShotSeeds.derive(8, "a"));
  }
}
