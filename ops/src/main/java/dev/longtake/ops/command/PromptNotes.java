package dev.longtake.ops.command;

import dev.longtake.model.VideoModel;
import dev.longtake.plan.ShotPlan;
import dev.longtake.plan.StoryPlan;
import dev.longtake.text.PromptReading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a person should know about a story's prompts before time is spent on them. */
final class PromptNotes {

  private static final int NEAR_MAX = 3;

  private PromptNotes() {}

  /** How the model reads each shot's prompt, in the order of the shots. */
  static List<PromptReading> readings(StoryPlan plan, Path modelFolder) {
    return VideoModel.readings(
        modelFolder,
        plan.model().conditioning().textTokenCount(),
        plan.shots().stream().map(shot -> shot.inputs().prompt().text()).toList());
  }

  static List<String> of(StoryPlan plan, Path modelFolder) {
    List<PromptReading> readings = readings(plan, modelFolder);
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      leftOut(plan.shots().get(i), readings.get(i), notes);
    }
    List<String> unknown =
        readings.stream().flatMap(it -> it.unknownWords().stream()).distinct().toList();
    if (!unknown.isEmpty()) {
      notes.add(
          "note: model %s does not know %s: %s"
              .formatted(
                  plan.model().identity().name(),
                  unknown.size() == 1 ? "this word" : "these words",
                  unknown.stream()
                      .map(word -> described(word, modelFolder))
                      .collect(Collectors.joining(", "))));
    }
    return List.copyOf(notes);
  }

  private static void leftOut(ShotPlan shot, PromptReading reading, List<String> notes) {
    if (!reading.leftOut().isEmpty()) {
      notes.add(
          "note: shot %s: the model reads %d tokens of a prompt; left out: %s"
              .formatted(shot.shot().id(), reading.tokenCount(), reading.leftOut()));
    }
  }

  static String described(String word, Path modelFolder) {
    List<String> near = VideoModel.nearestWords(modelFolder, word, NEAR_MAX);
    return near.isEmpty() ? word : "%s (near: %s)".formatted(word, String.join(", ", near));
  }
}
