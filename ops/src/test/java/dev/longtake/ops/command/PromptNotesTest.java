package dev.longtake.ops.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.model.VideoModel;
import dev.longtake.ops.TinyStory;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.yaml.LoadedStory;
import dev.longtake.story.yaml.StoryFiles;
import dev.longtake.text.PromptReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptNotesTest {

  @TempDir private Path folder;

  @Test
  void described_mistypedWord_isToldWithTheNearestKnownOnes() {
    assertThat(PromptNotes.described("girafe", TinyStory.model()))
        .isEqualTo("girafe (near: giraffe, grazes)");
  }

  @Test
  void described_wordLikeNone_standsAlone() {
    assertThat(PromptNotes.described("xylophone", TinyStory.model())).isEqualTo("xylophone");
  }

  @Test
  void of_promptLongerThanTheModelReads_namesTheWordsLeftOut() {
    String sentence = "a grey rhino with a red scarf grazes in central park";
    String end = "at night nobody passes";
    StoryPlan plan = plan((sentence + " ").repeat(5) + end);

    List<String> notes = PromptNotes.of(plan, TinyStory.model());

    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith("note: shot a: the model reads 48 tokens of a prompt; left out: ")
        .endsWith(end);
    PromptReading reading = PromptNotes.readings(plan, TinyStory.model()).getFirst().prompt();
    assertThat(reading.tokenCount()).isEqualTo(48);
    String read = reading.text().substring(0, reading.text().length() - reading.leftOut().length());
    assertThat(
            PromptNotes.readings(plan(read.strip()), TinyStory.model())
                .getFirst()
                .prompt()
                .leftOut())
        .isEmpty();
  }

  @Test
  void of_promptThatFits_saysNothing() {
    assertThat(PromptNotes.of(plan("a grey rhino grazes in central park"), TinyStory.model()))
        .isEmpty();
  }

  @Test
  void of_negativePromptThatDoesNotFit_namesTheWordsLeftOut() {
    String negative = "a lion looks around in times square ".repeat(9) + "xylophone";
    StoryPlan plan = plan("a grey rhino grazes", "negative_prompt: " + negative + ",");

    assertThat(PromptNotes.of(plan, TinyStory.model()))
        .satisfiesExactly(
            note ->
                assertThat(note)
                    .startsWith("note: shot a: the model reads 48 tokens of a negative_prompt;")
                    .endsWith("xylophone"),
            note -> assertThat(note).endsWith("does not know this word: xylophone"));
  }

  @Test
  void of_negativePromptWithoutGuidance_saysThatItIsNotRead() {
    StoryPlan plan =
        plan("a grey rhino grazes", "negative_prompt: a lion, settings: {guidance: 1},");

    assertThat(PromptNotes.of(plan, TinyStory.model()))
        .containsExactly(
            "note: shot a: negative_prompt is not read: guidance is 1.0, and off at 1 and below");
  }

  /** Submitted stories have no model yet: the bundled one is asked, and named. */
  @Test
  void of_storyForAFarm_saysWhatTheBundledModelLeavesOut() {
    String sentence = "a grey rhino with a red scarf grazes in central park";
    StoryPlan plan = plan((sentence + " ").repeat(5) + "at xylophone night");
    var loaded = new LoadedStory(plan.story(), Map.of(), List.of());

    assertThat(PlanNotes.of(loaded, null, TinyStory.model()))
        .singleElement()
        .asString()
        .startsWith("note: shot a: the model reads 48 tokens of a prompt; left out: ")
        .contains("xylophone night (read with toybox ", "--model");
    assertThat(PlanNotes.of(loaded, TinyStory.model(), TinyStory.model()))
        .hasSize(2)
        .last()
        .asString()
        .endsWith("does not know this word: xylophone");
  }

  private StoryPlan plan(String prompt) {
    return plan(prompt, "");
  }

  private StoryPlan plan(String prompt, String ofStory) {
    try {
      Path story =
          Files.writeString(
              folder.resolve("story.yaml"),
              """
              {story: s, world: world/, size: 256x160, fps: 8, %s shots: [
                {id: a, prompt: "%s", duration: 1s}]}
              """
                  .formatted(ofStory, prompt));
      Files.writeString(
          Files.createDirectories(folder.resolve("world")).resolve("world.yaml"), "world: w");
      return StoryPlan.of(StoryFiles.load(story).story(), VideoModel.card(TinyStory.model()), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
