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
        "- a giraffe eats",
        "? a giraffe",
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
    "a (giraffe)1.3 eats, weights such as (giraffe)1.3",
    "'a giraffe::2 and a rhino::1', weights such as giraffe::2",
    "a giraffe++ eats, emphasis by plus and minus such as e++",
    "a {character} with <image1> and @rosie, placeholders such as {character}",
    "a giraffe with @rosie, placeholders such as @rosie",
    "a giraffe --neg snow, flags such as --neg",
  })
  void read_signsOfOtherPrograms_areTold(String prompt, String said) {
    LoadedStory story = read(">-\n      " + prompt);

    assertThat(story.story().shots().getFirst().prompt()).isEqualTo(prompt);
    assertThat(story.warnings()).anySatisfy(it -> assertThat(it).contains(said, "mean nothing"));
  }

  /** What was copied out of another program, and signs that nobody sees. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a giraffe. Negative prompt: blurred | \"Negative prompt:\" is read as if it were"
            + " wanted",
        "a giraffe, Steps: 20, Sampler: Euler a | settings of other programs such as Steps: 20",
        "a giraffe\\nin the snow | \\n is read as a backslash and a letter",
        "a gi\u200Braffe | the sign U+200B cannot be seen",
        "a gi\u00ADraffe | the sign U+00AD cannot be seen",
        "\u202Ea giraffe | the sign U+202E cannot be seen",
      })
  void read_promptThatWasCopied_tellsWhatItDoes(String prompt, String said) {
    assertThat(read(">-\n      " + prompt).warnings())
        .anySatisfy(note -> assertThat(note).contains(said));
  }

  /** Signs within the words of many languages, and emoji of several signs, are no mistake. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 walk",
        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645",
        "a giraffe -- tall -- eats",
        "a giraffe at 9:16, 3.5 m (tall)",
        "mail@giraffe.example",
      })
  void read_promptOfAnyLanguage_isReadWithoutANote(String prompt) {
    assertThat(read(">-\n      " + prompt).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "~ | prompt: expected text, found nothing",
        "\"a giraffe \\d\" | in double quotes write \\\\ for a backslash, or use single quotes",
      })
  void read_promptThatIsNone_saysWhatToDo(String prompt, String said) {
    assertThat(catchThrowableOfType(LongtakeException.class, () -> read(prompt)))
        .hasMessageContaining("story.yaml:7:")
        .hasMessageContaining(said);
  }

  @Test
  void read_styleWithSignsOfOtherPrograms_tellsThem() {
    LoadedStory story =
        StoryReader.read(
            "story.yaml",
            new FakeFiles()
                .with("story.yaml", STORY.formatted("a giraffe"))
                .with(
                    "world/world.yaml",
                    "{world: w, styles: [{id: y, description: \"(paper cut:1.2)\"}]}"));

    assertThat(story.warnings())
        .singleElement()
        .asString()
        .startsWith("world/world.yaml:1:")
        .contains("weights such as (paper cut:1.2)");
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

  private static LongtakeException refused(String story) {
    return refused(story.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static LongtakeException refused(byte[] story) {
    return catchThrowableOfType(
        LongtakeException.class,
        () -> StoryReader.read("story.yaml", new FakeFiles().with("story.yaml", story)));
  }

  /** What people hand in instead of a story: one sentence that says what it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'PK\u0003\u0004' | expected a text file, found an office document or a ZIP archive: save"
            + " it",
        "{\\rtf1 | expected a text file, found rich text (RTF): save it as plain text",
        "%PDF-1.7 | expected a text file, found a PDF: save it as plain text",
        "<!DOCTYPE html><html> | expected a text file, found a web page: save the file itself",
        "version https://git-lfs.github.com/spec/v1 | found a Git LFS pointer: run git lfs pull",
        "'\u0000\u0000\u0000 ftypisom' | expected a text file, found a film or a photo",
        "{world: w, characters: [], scenes: []} | expected a story, found a world: name the file",
      })
  void read_fileThatIsNoStory_saysWhatItIs(String story, String said) {
    assertThat(refused(story))
        .hasMessageContaining(said)
        .extracting(it -> it.getMessage().lines())
        .satisfies(lines -> assertThat(lines).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "story: s/\tworld: w/ | found a tab: YAML is indented with spaces alone",
        "story:s/world: w/ | expected a space after the colon, found \"story:\" without in line 1",
        "story: s/shots:/  -id: a/   prompt: b/ | after the hyphen, found \"-id:\" in line 3",
        "story: s/  more: words/ | a text with a colon goes in quotes, or on the next line",
      })
  void read_mistakeOfTyping_isSaidInWordsOfAPerson(String story, String said) {
    assertThat(refused(story.replace('/', '\n')))
        .hasMessageStartingWith("story.yaml:")
        .hasMessageContaining(said);
  }

  @Test
  void read_storyWhereAWorldIsMeant_saysSo() {
    LongtakeException failure =
        catchThrowableOfType(
            LongtakeException.class,
            () ->
                StoryReader.read(
                    "story.yaml",
                    new FakeFiles()
                        .with("story.yaml", STORY.formatted("a"))
                        .with("world/world.yaml", STORY.formatted("a"))));

    assertThat(failure).hasMessage("world/world.yaml:1:1: expected a world, found a story");
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
