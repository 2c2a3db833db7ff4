package dev.longtake.ops.command;

import dev.longtake.model.VideoModel;
import dev.longtake.plan.StoryPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What a person should know about a story's prompts before time is spent on them. */
final class PromptNotes {

  private static final int NEAR_MAX = 3;

  private PromptNotes() {}

  static List<String> of(StoryPlan plan, Path modelFolder) {
    List<String> prompts =
        plan.shots().stream().map(shot -> shot.inputs().prompt().text()).toList();
    List<String> unknown =
        VideoModel.unknownWords(modelFolder, plan.model().conditioning().textTokenCount(), prompts);
    return unknown.isEmpty()
        ? List.of()
        : List.of(
            "note: model %s does not know %s: %s"
                .formatted(
                    plan.model().identity().name(),
                    unknown.size() == 1 ? "this word" : "these words",
                    unknown.stream()
                        .map(word -> described(word, modelFolder))
                        .collect(Collectors.joining(", "))));
  }

  static String described(String word, Path modelFolder) {
    List<String> near = VideoModel.nearestWords(modelFolder, word, NEAR_MAX);
    return near.isEmpty() ? word : "%s (near: %s)".formatted(word, String.join(", ", near));
  }
}
