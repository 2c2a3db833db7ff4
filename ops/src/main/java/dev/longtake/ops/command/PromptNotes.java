package dev.longtake.ops.command;

import static java.util.Objects.requireNonNull;

import dev.longtake.model.VideoModel;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.Prompt;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.text.PromptReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a person should know about a story's prompts before time is spent on them. */
final class PromptNotes {

  private static final int NEAR_MAX = 3;
  private static final int SHOTS_NAMED_MAX = 3;

  private PromptNotes() {}

  /**
   * How the model reads what a shot says.
   *
   * @param negative read only where guidance is on
   */
  record ShotReading(ShotPlan shot, PromptReading prompt, PromptReading negative) {

    /** Whether the negative prompt is a person's, not the model's. */
    private boolean hasOwnNegative() {
      return shot.shot().text().negativePrompt().isPresent();
    }

    private boolean isGuided() {
      return shot.inputs().sampling().isGuided();
    }

    private Stream<PromptReading> written() {
      return hasOwnNegative() && isGuided() ? Stream.of(prompt, negative) : Stream.of(prompt);
    }
  }

  /** How the model reads each shot, in the order of the shots. */
  static List<ShotReading> readings(StoryPlan plan, Path modelFolder) {
    List<Prompt> prompts = plan.shots().stream().map(shot -> shot.inputs().prompt()).toList();
    List<String> texts =
        prompts.stream()
            .flatMap(prompt -> Stream.of(prompt.text(), prompt.negativeText()))
            .distinct()
            .toList();
    List<PromptReading> read =
        VideoModel.readings(modelFolder, plan.model().conditioning().textTokenCount(), texts);
    Map<String, PromptReading> readings = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      readings.put(texts.get(i), read.get(i));
    }
    List<ShotReading> shots = new ArrayList<>();
    for (ShotPlan shot : plan.shots()) {
      Prompt prompt = shot.inputs().prompt();
      shots.add(
          new ShotReading(
              shot,
              requireNonNull(readings.get(prompt.text())),
              requireNonNull(readings.get(prompt.negativeText()))));
    }
    return List.copyOf(shots);
  }

  /** The words that do not fit, and negative prompts that nobody reads. */
  static List<String> leftOut(StoryPlan plan, Path modelFolder) {
    return leftOut(readings(plan, modelFolder));
  }

  private static List<String> leftOut(List<ShotReading> readings) {
    List<String> notes = new ArrayList<>();
    readings.forEach(it -> leftOut("shot " + id(it), "prompt", it.prompt(), notes));
    negativePrompts(readings, notes);
    return notes;
  }

  static List<String> of(StoryPlan plan, Path modelFolder) {
    List<ShotReading> readings = readings(plan, modelFolder);
    List<String> notes = leftOut(readings);
    List<String> unknown =
        readings.stream()
            .flatMap(ShotReading::written)
            .flatMap(it -> it.unknownWords().stream())
            .distinct()
            .toList();
    if (!unknown.isEmpty()) {
      notes.add(unknown(plan.model().identity(), unknown, modelFolder));
    }
    return List.copyOf(notes);
  }

  /** Most come from the story: each text is told of once, with the shots that have it. */
  private static void negativePrompts(List<ShotReading> readings, List<String> notes) {
    Map<PromptReading, List<ShotReading>> byText =
        readings.stream()
            .filter(ShotReading::hasOwnNegative)
            .collect(
                Collectors.groupingBy(
                    ShotReading::negative, LinkedHashMap::new, Collectors.toList()));
    byText.forEach(
        (reading, shots) -> {
          if (shots.getFirst().isGuided()) {
            leftOut(named(shots), "negative_prompt", reading, notes);
          } else {
            notes.add(
                "note: %s: negative_prompt is not read: guidance is %s, and off at 1 and below"
                    .formatted(
                        named(shots), shots.getFirst().shot().inputs().sampling().guidanceScale()));
          }
        });
  }

  private static String named(List<ShotReading> shots) {
    String ids =
        shots.stream()
            .limit(SHOTS_NAMED_MAX)
            .map(PromptNotes::id)
            .collect(Collectors.joining(", "));
    int more = shots.size() - SHOTS_NAMED_MAX;
    return (shots.size() == 1 ? "shot " : "shots ")
        + ids
        + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private static String id(ShotReading reading) {
    return reading.shot().shot().id();
  }

  private static void leftOut(
      String where, String what, PromptReading reading, List<String> notes) {
    if (!reading.leftOut().isEmpty()) {
      notes.add(
          "note: %s: the model reads %d tokens of a %s; left out: %s"
              .formatted(where, reading.tokenCount(), what, reading.leftOut()));
    }
  }

  private static String unknown(ModelCard.Identity model, List<String> words, Path modelFolder) {
    return "note: model %s does not know %s: %s"
        .formatted(
            model.name(),
            words.size() == 1 ? "this word" : "these words",
            words.stream()
                .map(word -> described(word, modelFolder))
                .collect(Collectors.joining(", ")));
  }

  static String described(String word, Path modelFolder) {
    List<String> near = VideoModel.nearestWords(modelFolder, word, NEAR_MAX);
    return near.isEmpty() ? word : "%s (near: %s)".formatted(word, String.join(", ", near));
  }
}
