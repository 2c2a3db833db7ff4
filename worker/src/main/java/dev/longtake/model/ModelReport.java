package dev.longtake.model;

import dev.longtake.checkpoint.ModelCards;
import dev.longtake.checkpoint.ModelFolder;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.FrameSize;
import dev.longtake.tensor.ElementTypes;
import dev.longtake.weights.SafetensorsFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint folder is, found out without loading it.
 *
 * @param kind what it makes, in words
 * @param problems why it cannot be run; empty if it can
 * @param notes what stands in for what it says
 * @param card how it wants to be used, if it can be run
 * @param need memory at the size asked for, if it can be run
 */
public record ModelReport(
    Path folder,
    String kind,
    List<Part> parts,
    List<String> problems,
    List<String> notes,
    Optional<ModelCard> card,
    Optional<MemoryNeed> need) {

  /**
   * One part with weights.
   *
   * @param parameterCount numbers in all its tensors
   * @param storedBytes of its tensors in the files
   * @param tensorsByType how many tensors are stored in which dtype
   */
  public record Part(
      String name,
      String className,
      int tensorCount,
      long parameterCount,
      long storedBytes,
      Map<String, Integer> tensorsByType) {

    public Part {
      tensorsByType = Map.copyOf(tensorsByType);
    }
  }

  public ModelReport {
    parts = List.copyOf(parts);
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  /**
   * Reads a folder.
   *
   * @param size of frames; null: what the checkpoint likes best
   * @param frameCount of a shot; null: a chunk's worth
   * @param types how the backend that is to run it stores numbers
   * @throws dev.longtake.error.LongtakeException {@code MODEL_INVALID} if it is no checkpoint
   *     folder at all
   */
  public static ModelReport of(
      Path root, @Nullable FrameSize size, @Nullable Integer frameCount, ElementTypes types) {
    try (ModelFolder model = ModelFolder.read(root)) {
      List<Part> parts = parts(model);
      model.openTokenizer();
      if (!model.problems().isEmpty()) {
        return new ModelReport(
            root,
            "cannot be run",
            parts,
            model.problems(),
            model.notes(),
            Optional.empty(),
            Optional.empty());
      }
      ModelCard card =
          ModelCards.read(model.folder(), model.transformer(), model.vae(), model.weightBytes());
      String kind =
          model.transformer().vaceLayers().isEmpty()
              ? "text-to-video"
              : "text-to-video with references (VACE)";
      MemoryNeed need = need(model, card, size, frameCount, types);
      return new ModelReport(
          root, kind, parts, List.of(), model.notes(), Optional.of(card), Optional.of(need));
    }
  }

  private static MemoryNeed need(
      ModelFolder model,
      ModelCard card,
      @Nullable FrameSize size,
      @Nullable Integer frameCount,
      ElementTypes types) {
    int latentFrames =
        frameCount == null
            ? card.chunkPolicy().latentFrameCount()
            : Math.ceilDiv(Math.max(0, frameCount - 1), card.geometry().temporalFactor()) + 1;
    FrameSize frames = card.geometry().rendered(size == null ? card.frames().size() : size);
    RenderLoad load = RenderLoad.of(card, frames, latentFrames);
    return MemoryRehearsal.of(model, card.conditioning().textTokenCount(), load, types);
  }

  /**
   * What a checkpoint needs for a load.
   *
   * @param types how the backend that is to run it stores numbers
   * @throws dev.longtake.error.LongtakeException {@code MODEL_INVALID} if it cannot be run
   */
  public static MemoryNeed need(Path root, int promptRows, RenderLoad load, ElementTypes types) {
    try (ModelFolder model = ModelFolder.read(root).requireSound()) {
      return MemoryRehearsal.of(model, promptRows, load, types);
    }
  }

  private static List<Part> parts(ModelFolder model) {
    List<Part> parts = new ArrayList<>();
    for (String name :
        List.of(ModelFolder.TEXT_ENCODER, ModelFolder.TRANSFORMER, ModelFolder.VAE)) {
      SafetensorsFolder weights = model.weightsOrNull(name);
      if (weights != null) {
        parts.add(part(name, model.folder().className(name), weights));
      }
    }
    return parts;
  }

  private static Part part(String name, String className, SafetensorsFolder weights) {
    Map<String, Integer> types = new TreeMap<>();
    long parameters = 0;
    for (String tensor : weights.names()) {
      types.merge(weights.storedType(tensor), 1, Integer::sum);
      parameters += weights.shape(tensor).elementCount();
    }
    return new Part(
        name, className, weights.names().size(), parameters, weights.storedBytes(), types);
  }
}
