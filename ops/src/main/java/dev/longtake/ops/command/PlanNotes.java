package dev.longtake.ops.command;

import dev.longtake.error.LongtakeException;
import dev.longtake.limit.PlanLimits;
import dev.longtake.limit.WireLimits;
import dev.longtake.model.VideoModel;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.StoryPlan;
import dev.longtake.story.yaml.LoadedStory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person should know about a story and a checkpoint before time is spent on them. */
final class PlanNotes {

  private PlanNotes() {}

  /** Of a plan with this checkpoint, a line each. */
  static List<String> of(StoryPlan plan, Path modelFolder) {
    List<String> notes = new ArrayList<>();
    VideoModel.notes(modelFolder).forEach(note -> notes.add("note: model: " + note));
    PlanLimits.notes(plan).forEach(note -> notes.add("note: " + note));
    notes.addAll(PromptNotes.of(plan, modelFolder));
    return List.copyOf(notes);
  }

  /**
   * Of a story for a farm.
   *
   * @param folder of the farm's checkpoint; null if the person did not say
   * @param bundled the folder to read with then
   * @throws LongtakeException if that checkpoint cannot render it
   */
  static List<String> of(LoadedStory story, @Nullable Path folder, Path bundled) {
    if (folder == null) {
      return withBundled(story, bundled);
    }
    StoryPlan plan = StoryPlan.of(story.story(), VideoModel.card(folder), "");
    PlanLimits.require(plan, WireLimits.ARTIFACT_BYTES_MAX);
    return of(plan, folder);
  }

  /** The farm may have another one: only what is lost is told, and with which checkpoint. */
  private static List<String> withBundled(LoadedStory story, Path bundled) {
    try {
      ModelCard card = VideoModel.card(bundled);
      StoryPlan plan = StoryPlan.of(story.story(), card, "");
      return PromptNotes.leftOut(plan, bundled).stream()
          .map(
              note ->
                  "%s (read with %s %s; name the farm's checkpoint with --model)"
                      .formatted(note, card.identity().name(), card.identity().version()))
          .toList();
    } catch (LongtakeException e) {
      return List.of(); // That is no fault of the story.
    }
  }
}
