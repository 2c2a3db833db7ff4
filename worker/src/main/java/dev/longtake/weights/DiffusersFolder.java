package dev.longtake.weights;

import com.fasterxml.jackson.databind.JsonNode;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint in the Hugging Face diffusers layout: {@code model_index.json} and one folder for
 * each component that it names, each with its own config and tensors. Nothing but the index is read
 * until a component is asked for.
 */
public final class DiffusersFolder {

  private static final long INDEX_BYTES_MAX = 1L << 20;

  private final Path root;
  private final String pipelineClass;
  private final Map<String, String> classes;

  private DiffusersFolder(Path root, String pipelineClass, Map<String, String> classes) {
    this.root = root;
    this.pipelineClass = pipelineClass;
    this.classes = Map.copyOf(classes);
  }

  /**
   * Opens a checkpoint folder.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if its {@code model_index.json} is missing or
   *     malformed
   */
  public static DiffusersFolder open(Path root) {
    Path index = root.resolve("model_index.json");
    if (!Files.exists(index)) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID,
          root
              + ": expected a checkpoint in the diffusers layout, found "
              + FolderKind.describe(root));
    }
    JsonNode node = JsonFile.read(index, INDEX_BYTES_MAX);
    Map<String, String> classes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode value = entry.getValue();
      boolean isComponent = value.isArray() && value.size() == 2 && value.get(1).isTextual();
      if (isComponent && entry.getKey().matches("[a-z0-9_]+")) {
        classes.put(entry.getKey(), value.get(1).textValue());
      }
    }
    return new DiffusersFolder(root, node.path("_class_name").asText(""), classes);
  }

  /**
   * The pipeline the checkpoint was published for, such as {@code WanVACEPipeline}; may be empty.
   */
  public String pipelineClass() {
    return pipelineClass;
  }

  /** The index itself, for what it says beside the names of parts. */
  public ConfigFile index() {
    return ConfigFile.read(root.resolve("model_index.json"));
  }

  /** Whether the index names this component; an entry {@code [null, null]} does not. */
  public boolean has(String component) {
    return classes.containsKey(component);
  }

  /** The component's class name, such as {@code AutoencoderKLWan}. */
  public String className(String component) {
    String name = classes.get(component);
    if (name == null) {
      throw new LongtakeException(
          ErrorCode.MODEL_INVALID, root + ": model_index.json names no " + component);
    }
    return name;
  }

  /**
   * Requires a component to be of the one class that can be run.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is absent or another
   */
  public void requireClass(String component, String... expected) {
    String found = className(component);
    for (String name : expected) {
      if (name.equals(found)) {
        return;
      }
    }
    throw new LongtakeException(
        ErrorCode.MODEL_INVALID,
        "%s: %s: expected class %s, found %s"
            .formatted(root, component, String.join(" or ", expected), found));
  }

  /** The component's {@code config.json}. */
  public ConfigFile config(String component) {
    return ConfigFile.read(path(component).resolve("config.json"));
  }

  /** The component's tensors, under either of the two stems that diffusers writes. */
  public SafetensorsFolder weights(String component) {
    String stem = component.startsWith("text_encoder") ? "model" : "diffusion_pytorch_model";
    return SafetensorsFolder.open(path(component), stem);
  }

  /** The component's folder. */
  public Path path(String component) {
    className(component);
    return root.resolve(component);
  }

  /** The tokenizer's folder. */
  public Path tokenizer() {
    return path("tokenizer");
  }

  /** The sampler's settings, {@code scheduler/scheduler_config.json}. */
  public ConfigFile scheduler() {
    return ConfigFile.read(path("scheduler").resolve("scheduler_config.json"));
  }

  /** What the farm itself wants to know about a checkpoint, if {@code longtake.json} is there. */
  public Optional<ConfigFile> longtake() {
    Path file = root.resolve("longtake.json");
    return Files.exists(file) ? Optional.of(ConfigFile.read(file)) : Optional.empty();
  }

  /** The checkpoint's folder. */
  public Path root() {
    return root;
  }
}
