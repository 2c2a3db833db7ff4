package dev.longtake.story.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.longtake.error.LongtakeException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts as people type them into a YAML file: read as they stand, or told what to do. */
class PromptTextTest {

  private static final String STORY =
      """
      story: s
      world: world/
      size: 256x160
      fps: 8
      shots:
        - id: a
          prompt: %s
          duration: 2s
      """;

  private static LoadedStory read(String prompt) {
    return StoryReader.read(
        "story.yaml",
        new FakeFiles()
            .with("story.yaml", STORY.formatted(prompt))
            .with("world/world.yaml", "world: w\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[wide shot] a giraffe eats",
        "[wide shot]",
        "{red|blue} giraffe eats",
        "{red|blue}",
        "*slow motion* a giraffe eats",
        "&b a giraffe",
        "paper cut: on a snowy street, a yellow giraffe eats",
        "a giraffe says: hello",
        "\"Welcome home\" says the giraffe",
        "'Welcome' and 'home'",
        "@giraffe eats",
        "%giraffe eats",
        "`giraffe` eats",
      })
  void read_promptThatYamlReadsOtherwise_saysWhatToDo(String prompt) {
    LongtakeException failure = catchThrowableOfType(LongtakeException.class, () -> read(prompt));

    assertThat(failure)
        .hasMessageContaining("story.yaml:7:")
        .hasMessageContaining("prompt: expected text, found one that ")
        .hasMessageContaining("put it in quotes, or on the next line after \"prompt: >-\"");
  }

  @ParameterizedTest
  @CsvSource({
    "'a giraffe eats #sunset people walk past', '#sunset people walk past'",
    "'a giraffe # 4k', '# 4k'",
  })
  void read_commentAfterAPrompt_isTold(String prompt, String comment) {
    assertThat(read(prompt).warnings())
        .singleElement()
        .asString()
        .startsWith(
            "story.yaml:7:13: prompt: what follows # is a comment and is not read (" + comment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a giraffe eats number#1 leaves",
        "'a giraffe eats #sunset'",
        "\"paper cut: a giraffe\"",
        ">-\n      paper cut: a giraffe eats #sunset",
        "a giraffe (yellow) eats; \"Welcome\" says a sign",
        "a giraffe, 9:16",
      })
  void read_promptThatIsText_isReadWithoutANote(String prompt) {
    assertThat(read(prompt).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a (giraffe:1.3) eats, weights such as (giraffe:1.3)",
    "a ((snowy street)), emphasis by brackets such as ((",
    "'a giraffe <lora:papercut:0.8>', adapters such as <lora:papercut:0.8>",
    "'a giraffe {red|blue}', choices such as {red|blue}",
    "a __colour__ giraffe, wildcards such as __colour__",
    "a giraffe --ar 16:9, flags such as --ar",
    "a giraffe BREAK a street, parts joined by such words such as BREAK",
    "'a [giraffe:rhino:0.5] eats', 'schedules such as [giraffe:rhino:0.5]'",
  })
  void read_signsOfOtherPrograms_areTold(String prompt, String said) {
    LoadedStory story = read(">-\n      " + prompt);

    assertThat(story.story().shots().getFirst().prompt()).isEqualTo(prompt);
    assertThat(story.warnings()).anySatisfy(it -> assertThat(it).contains(said, "mean nothing"));
  }

  private static LoadedStory readNegative(String ofStory, String ofShot) {
    return StoryReader.read(
        "story.yaml",
        new FakeFiles()
            .with(
                "story.yaml",
                (STORY.formatted("a giraffe") + ofShot).replace("fps: 8\n", "fps: 8\n" + ofStory))
            .with("world/world.yaml", "world: w\n"));
  }

  private static Optional<String> negative(LoadedStory story) {
    return story.story().shots().getFirst().text().negativePrompt();
  }

  @ParameterizedTest
  @CsvSource({
    "negative_prompt: blurred, '', blurred",
    "'', negative_prompt: too dark, too dark",
    "negative_prompt: blurred, negative_prompt: too dark, too dark",
    "negative_prompt: blurred, 'negative_prompt: \"\"', ''",
    "'negative_prompt: \" \"', '', ''",
  })
  void read_negativePrompt_isTheShotsElseTheStorys(String ofStory, String ofShot, String read) {
    assertThat(negative(readNegative(ofStory + "\n", "    " + ofShot + "\n"))).contains(read);
  }

  @Test
  void read_noNegativePrompt_leavesItToTheModel() {
    assertThat(negative(read("a giraffe"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "negative_prompt:         | expected text, or \"\" for none, found nothing",
        "negative_prompt: null    | expected text, or \"\" for none, found nothing",
        "negative_prompt: [a, b]  | begins with [, which begins a list: put it in quotes",
        "negative_prompt: bad: it | holds a colon, which follows a key: put it in quotes",
        "negativePrompt: blurred  | found \"negativePrompt\"; did you mean negative_prompt?",
        "negative: blurred        | found \"negative\"",
      })
  void read_negativePromptThatIsNone_saysWhatToDo(String line, String said) {
    assertThat(catchThrowableOfType(LongtakeException.class, () -> readNegative(line + "\n", "")))
        .hasMessageContaining("story.yaml:5:")
        .hasMessageContaining(said);
    assertThat(
            catchThrowableOfType(
                LongtakeException.class, () -> readNegative("", "    " + line + "\n")))
        .hasMessageContaining("story.yaml:9:")
        .hasMessageContaining(said);
  }

  @Test
  void read_negativePromptWithSignsOfOtherPrograms_tellsThem() {
    assertThat(readNegative("negative_prompt: (bad hands:1.4), blurred #all\n", "").warnings())
        .anySatisfy(it -> assertThat(it).contains("weights such as (bad hands:1.4)"))
        .anySatisfy(it -> assertThat(it).contains("negative_prompt: what follows # is a comment"));
  }

  @Test
  void read_storyInUtf16_saysHowToSaveIt() {
    byte[] content = ("\uFEFF" + STORY.formatted("a")).getBytes(StandardCharsets.UTF_16LE);

    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class,
            () -> StoryReader.read("story.yaml", new FakeFiles().with("story.yaml", content)));

    assertThat(failure).hasMessageContaining("found UTF-16: save it as UTF-8");
  }
}
