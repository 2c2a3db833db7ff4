package dev.longtake.checkpoint;

import static java.util.Objects.requireNonNull;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import dev.longtake.text.PromptTokenizer;
import dev.longtake.text.TextEncoder;
import dev.longtake.text.TextEncoderConfig;
import dev.longtake.transformer.ControlPreparation;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.VaeTensors;
import dev.longtake.weights.ConfigFile;
import dev.longtake.weights.DiffusersFolder;
import dev.longtake.weights.SafetensorsFolder;
import dev.longtake.weights.WeightFaults;
import dev.longtake.weights.WeightSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint folder before anything of it is loaded: its configs, the headers of its weights and
 * a few of their values, and everything that is wrong with them. Reading it costs some kilobytes of
 * each tensor, whatever the checkpoint's size.
 */
public final class ModelFolder implements AutoCloseable {

  public static final String TEXT_ENCODER = "text_encoder";
  public static final String TRANSFORMER = "transformer";
  public static final String VAE = "vae";

  /** More are counted, not listed, where a checkpoint is refused. */
  private static final int PROBLEMS_SHOWN = 100;

  private final DiffusersFolder folder;
  private final Map<String, SafetensorsFolder> weights = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private @Nullable TextEncoderConfig text;
  private @Nullable TransformerConfig transformer;
  private @Nullable VaeConfig vae;

  private ModelFolder(DiffusersFolder folder) {
    this.folder = folder;
  }

  /**
   * Reads a folder and checks every part of it against every other.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if it is no diffusers folder at all
   */
  public static ModelFolder read(Path root) {
    try (Opened opened = new Opened()) {
      var model = opened.add(new ModelFolder(DiffusersFolder.open(root)));
      model.checkFamily();
      model.text = model.config(TEXT_ENCODER, TextEncoderConfig::of, "UMT5EncoderModel");
      model.transformer =
          model.config(
              TRANSFORMER,
              TransformerConfig::of,
              TransformerConfig.TEXT_TO_VIDEO,
              TransformerConfig.VACE);
      model.vae = model.config(VAE, VaeConfig::read, "AutoencoderKLWan");
      model.checkTokenizer();
      model.checkScheduler();
      model.checkWeights();
      model.checkFit();
      model.checkRest();
      return opened.keep(model);
    }
  }

  private void checkFamily() {
    if (folder.has("image_encoder")) {
      problems.add(
          "image_encoder: expected none, found an image-to-video checkpoint (CLIP), which is not"
              + " supported; text-to-video and VACE are");
    }
    if (folder.has("transformer_2")) {
      problems.add("expected one transformer, found transformer_2 too (Wan 2.2), unsupported");
    }
  }

  private <T> @Nullable T config(
      String component, Function<ConfigFile, T> read, String... classNames) {
    return attempt(
        () -> {
          folder.requireClass(component, classNames);
          return read.apply(folder.config(component));
        });
  }

  /** The result, or null and one problem more. */
  private <T> @Nullable T attempt(Supplier<T> work) {
    try {
      return work.get();
    } catch (LongtakeException e) {
      String message = String.valueOf(e.getMessage());
      message.lines().map(this::withoutRoot).forEach(problems::add);
      return null;
    }
  }

  /** The report names the folder once. */
  private String withoutRoot(String message) {
    String prefix = folder.root().toString();
    if (!message.startsWith(prefix)) {
      return message;
    }
    return message.substring(prefix.length()).replaceFirst("^[/\\\\:]\\s*", "");
  }

  private void checkTokenizer() {
    attempt(
        () -> {
          Path tokenizer = folder.tokenizer();
          if (!Files.exists(tokenizer.resolve("tokenizer.json"))
              && !Files.exists(tokenizer.resolve("spiece.model"))) {
            problems.add("tokenizer: expected tokenizer.json or spiece.model, found neither");
          }
          return tokenizer;
        });
  }

  private void checkScheduler() {
    SchedulerSettings scheduler = attempt(() -> ModelCards.scheduler(folder));
    if (scheduler != null) {
      problems.addAll(scheduler.problems());
      notes.addAll(scheduler.notes());
    }
    if (!ModelCards.publishedNegativePrompt(folder).isEmpty()) {
      notes.add(
          "the negative prompt of Wan's program stands in for one of its own, which it does not"
              + " have");
    }
  }

  /**
   * Opens the tokenizer as a render would, which takes a moment with a large vocabulary; what is
   * wrong with it is one problem more.
   */
  public void openTokenizer() {
    if (problems.stream().noneMatch(problem -> problem.startsWith("tokenizer"))) {
      attempt(
          () -> {
            try (var tokenizer = PromptTokenizer.open(folder.tokenizer(), 2)) {
              return tokenizer;
            }
          });
    }
  }

  private void checkWeights() {
    TextEncoderConfig textSizes = text;
    if (textSizes != null) {
      check(TEXT_ENCODER, source -> TextEncoder.expected(textSizes, source));
    }
    TransformerConfig transformerSizes = transformer;
    if (transformerSizes != null) {
      var expected = WeightFaults.Expected.of(transformerSizes.expectedShapes());
      check(TRANSFORMER, source -> expected);
    }
    VaeConfig vaeSizes = vae;
    if (vaeSizes != null) {
      WeightFaults.Expected expected = VaeTensors.expected(vaeSizes);
      check(VAE, source -> expected);
    }
  }

  private void check(
      String component, Function<SafetensorsFolder, WeightFaults.Expected> expectedOf) {
    SafetensorsFolder source = attempt(() -> folder.weights(component));
    if (source != null) {
      weights.put(component, source);
      List<String> faults = WeightFaults.of(source, expectedOf.apply(source));
      if (faults.isEmpty()) {
        faults = WeightSamples.faults(source);
      }
      faults.forEach(fault -> problems.add(component + ": " + fault));
    }
  }

  private void checkFit() {
    TransformerConfig main = transformer;
    if (main == null) {
      return;
    }
    if (vae != null) {
      int channels = vae.latentChannels();
      checkEqual("transformer in_channels", channels, main.inChannels());
      checkEqual("transformer out_channels", channels, main.outChannels());
      if (!main.vaceLayers().isEmpty()) {
        int control = ControlPreparation.channels(vae);
        checkEqual("transformer vace_in_channels", control, main.vaceInChannels());
      }
    }
    if (text != null) {
      checkEqual("transformer text_dim", text.dim(), main.textDim());
    }
  }

  /** Nothing of the folder is ignored in silence. */
  private void checkRest() {
    Unexplained rest =
        Unexplained.of(folder, List.of(TEXT_ENCODER, "tokenizer", TRANSFORMER, VAE, "scheduler"));
    problems.addAll(rest.problems());
    notes.addAll(rest.notes());
  }

  private void checkEqual(String what, int expected, int found) {
    if (expected != found) {
      problems.add(
          "its parts do not fit together: %s: expected %d, found %d"
              .formatted(what, expected, found));
    }
  }

  /** Everything that is wrong, a sentence each; empty if the checkpoint can be run. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** What stands in for what it says, or does not say, a sentence each. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * This folder, if nothing is wrong with it.
   *
   * @throws LongtakeException {@code MODEL_INVALID} with all problems in one message
   */
  public ModelFolder requireSound() {
    if (problems.isEmpty()) {
      return this;
    }
    close();
    if (problems.size() == 1) {
      throw invalid(folder.root() + ": " + problems.getFirst());
    }
    var message = new StringBuilder();
    message.append("%s: %d problems:".formatted(folder.root(), problems.size()));
    problems.stream().limit(PROBLEMS_SHOWN).forEach(it -> message.append("\n  ").append(it));
    if (problems.size() > PROBLEMS_SHOWN) {
      message.append("\n  and %d more".formatted(problems.size() - PROBLEMS_SHOWN));
    }
    throw invalid(message.toString());
  }

  private static LongtakeException invalid(String message) {
    return new LongtakeException(ErrorCode.MODEL_INVALID, message);
  }

  public DiffusersFolder folder() {
    return folder;
  }

  /** Sizes of the text encoder; of a sound folder only, as the other two. */
  public TextEncoderConfig text() {
    return requireNonNull(text, TEXT_ENCODER);
  }

  public TransformerConfig transformer() {
    return requireNonNull(transformer, TRANSFORMER);
  }

  public VaeConfig vae() {
    return requireNonNull(vae, VAE);
  }

  /** A part's tensors; null if they cannot be opened. */
  public @Nullable SafetensorsFolder weightsOrNull(String component) {
    return weights.get(component);
  }

  /** A part's tensors, of a sound folder. */
  public SafetensorsFolder weights(String component) {
    return requireNonNull(weights.get(component), component);
  }

  /** Bytes of all parts as 32-bit floats. */
  public long weightBytes() {
    return weights.values().stream()
        .flatMapToLong(
            source ->
                source.names().stream()
                    .mapToLong(name -> source.shape(name).elementCount() * Float.BYTES))
        .sum();
  }

  /** Takes a part's tensors out: they stay open when this folder is closed. */
  public SafetensorsFolder take(String component) {
    return requireNonNull(weights.remove(component), component);
  }

  /** Unmaps all files. */
  @Override
  public void close() {
    weights.values().forEach(SafetensorsFolder::close);
    weights.clear();
  }
}
