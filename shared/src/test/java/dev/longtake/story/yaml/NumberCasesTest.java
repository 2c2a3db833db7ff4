package dev.longtake.story.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.story.Story;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Stories whose numbers are written as in public bug reports of other programs: LTX-2 issue 279,
 * mp4-muxer issue 81.
 */
class NumberCasesTest {

  @ParameterizedTest
  @CsvSource({
    "duration-bare, 256x160, 8, 40, 0",
    "duration-frames, 256x160, 8, 81, 0",
    "fps-23-976, 256x160, 24000/1001, 48, 1",
    "fps-24-0, 256x160, 24, 48, 0",
    "fps-quoted, 256x160, 24, 48, 0",
    "size-1080p, 1920x1080, 8, 16, 0",
    "size-star, 832x480, 8, 16, 0",
  })
  void load_numbersAsPeopleWriteThem_areWhatTheyMean(
      String name, String size, String rate, int frameCount, int noteCount) {
    LoadedStory loaded =
        StoryFiles.load(Path.of("src", "test", "resources", "cases", "numbers", name + ".yaml"));

    Story story = loaded.story();
    assertThat(story.size()).hasToString(size);
    assertThat(story.frameRate().fraction()).isEqualTo(rate);
    assertThat(story.frameCount()).isEqualTo(frameCount);
    assertThat(story.seed()).isEqualTo(7);
    assertThat(loaded.warnings()).hasSize(noteCount);
  }
}
