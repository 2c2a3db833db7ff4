package dev.longtake.model;

import static dev.longtake.error.Require.require;

import dev.longtake.checkpoint.ModelCards;
import dev.longtake.checkpoint.ModelFolder;
import dev.longtake.error.LongtakeException;
import dev.longtake.frames.FrameRun;
import dev.longtake.lifetime.Opened;
import dev.longtake.plan.ModelCard;
import dev.longtake.sampling.ResidentLatents;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.TensorLatents;
import dev.longtake.tensor.Workspace;
import dev.longtake.text.PromptReading;
import dev.longtake.text.PromptTokenizer;
import dev.longtake.text.PromptTokens;
import dev.longtake.text.TextEncoder;
import dev.longtake.transformer.ControlPreparation;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.DiffusersFolder;
import dev.longtake.weights.SafetensorsFolder;
import dev.longtake.words.Suggestion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint of the Wan family, opened on a backend: prompts, pictures and noise in, velocities
 * and frames out. Everything is plain arrays, so that its users know nothing of tensors, but for
 * latents that stay where the model computes.
 *
 * <p>Axes: {@code C} latent channels, {@code R} reference frames, {@code T} latent frames, {@code h
 * w} latent rows and columns. One thread at a time.
 */
public final class VideoModel implements AutoCloseable {

  private final Backend backend;
  private final Workspace workspace;
  private final ModelCard card;
  private final PromptTokenizer tokenizer;
  private final SafetensorsFolder textWeights;
  private final TextEncoder textEncoder;
  private final WanTransformer transformer;
  private final WanVae vae;
  private final @Nullable ControlPreparation control;

  private VideoModel(
      Backend backend,
      ModelCard card,
      PromptTokenizer tokenizer,
      SafetensorsFolder textWeights,
      TextEncoder textEncoder,
      WanTransformer transformer,
      WanVae vae) {
    this.backend = backend;
    this.workspace = backend.openWorkspace();
    this.card = card;
    this.tokenizer = tokenizer;
    this.textWeights = textWeights;
    this.textEncoder = textEncoder;
    this.transformer = transformer;
    this.vae = vae;
    this.control = transformer.config().vaceLayers().isEmpty() ? null : new ControlPreparation(vae);
  }

  /**
   * Opens a checkpoint folder in the diffusers layout and loads its weights.
   *
   * @param backend stays open as long as the model, and is closed by whoever opened it
   * @throws LongtakeException {@code MODEL_INVALID} if a part is missing, malformed or outside the
   *     family
   */
  public static VideoModel open(Path root, Backend backend) {
    try (ModelFolder folder = ModelFolder.read(root).requireSound();
        Opened opened = new Opened()) {
      ModelCard card =
          ModelCards.read(
              folder.folder(), folder.transformer(), folder.vae(), folder.weightBytes());
      PromptTokenizer tokenizer =
          opened.add(
              PromptTokenizer.open(
                  folder.folder().tokenizer(), card.conditioning().textTokenCount()));
      SafetensorsFolder textWeights = opened.add(folder.take(ModelFolder.TEXT_ENCODER));
      TextEncoder textEncoder = opened.add(new TextEncoder(folder.text(), textWeights, backend));
      WanTransformer transformer =
          opened.add(
              new WanTransformer(
                  folder.transformer(), folder.weights(ModelFolder.TRANSFORMER), backend));
      WanVae vae = WanVae.load(backend, folder.vae(), folder.weights(ModelFolder.VAE));
      return opened.keep(
          new VideoModel(backend, card, tokenizer, textWeights, textEncoder, transformer, vae));
    }
  }

  /**
   * What a checkpoint folder says it is. Reads its configs and the headers of its weights, not the
   * weights; its digest takes one pass over the files.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if a part is missing, malformed or outside the
   *     family
   */
  public static ModelCard card(Path root) {
    try (ModelFolder folder = ModelFolder.read(root).requireSound()) {
      return ModelCards.read(
          folder.folder(), folder.transformer(), folder.vae(), folder.weightBytes());
    }
  }

  /** What stands in for what a checkpoint's folder says, or has no effect; a sentence each. */
  public static List<String> notes(Path root) {
    try (ModelFolder folder = ModelFolder.read(root)) {
      return folder.notes();
    }
  }

  /**
   * How a checkpoint reads prompts, without loading it.
   *
   * @param textTokenCount tokens of a prompt, at most
   */
  public static List<PromptReading> readings(Path root, int textTokenCount, List<String> prompts) {
    DiffusersFolder folder = DiffusersFolder.open(root);
    try (PromptTokenizer tokenizer = PromptTokenizer.open(folder.tokenizer(), textTokenCount)) {
      return prompts.stream().map(tokenizer::read).toList();
    }
  }

  /**
   * The words that the checkpoint knows and that are most like an unknown one, nearest first; none
   * if its vocabulary is not one of whole words.
   */
  public static List<String> nearestWords(Path root, String word, int countMax) {
    return Suggestion.several(
        word, PromptTokenizer.words(DiffusersFolder.open(root).tokenizer()), countMax);
  }

  /** What the checkpoint is and how it wants to be used. */
  public ModelCard card() {
    return card;
  }

  /** What must be equal for two machines to compute the same bits. */
  public String engineClass() {
    return backend.engineClass();
  }

  /**
   * A prompt after the text encoder. While a {@link Conditioned} uses it, it also holds the keys
   * and values that the transformer's blocks see of it: one set, whatever their number.
   */
  public static final class Prompt {

    private final float[] embeds;
    private final int rows;
    private final PromptTokens tokens;
    private WanTransformer.@Nullable Prompt keys;
    private int userCount;

    private Prompt(float[] embeds, int rows, PromptTokens tokens) {
      this.embeds = embeds;
      this.rows = rows;
      this.tokens = tokens;
    }

    private WanTransformer.Prompt acquire(WanTransformer transformer) {
      WanTransformer.Prompt acquired = keys;
      if (acquired == null) {
        acquired = transformer.preparePrompt(embeds, rows);
        keys = acquired;
      }
      userCount++;
      return acquired;
    }

    private void release() {
      userCount--;
      WanTransformer.Prompt released = keys;
      if (userCount == 0 && released != null) {
        released.close();
        keys = null;
      }
    }

    /** Words the model has never seen, in order, each once. */
    public List<String> unknownWords() {
      return tokens.unknownWords();
    }

    /** Whether the prompt was too long and its end was left out. */
    public boolean isTruncated() {
      return tokens.truncated();
    }
  }

  /** Tokenises and encodes a prompt; the empty one is allowed. */
  public Prompt encodePrompt(String prompt) {
    PromptTokens tokens = tokenizer.encode(prompt);
    // Rows past the prompt's end are zero, and the transformer attends to them.
    float[] embeds =
        Arrays.copyOf(
            textEncoder.encode(tokens.ids()),
            card.conditioning().textTokenCount() * textEncoder.dim());
    return new Prompt(embeds, card.conditioning().textTokenCount(), tokens);
  }

  /**
   * Encodes one picture as a latent frame.
   *
   * @param picture {@code (3, height, width)} in [-1, 1]; see {@link PicturePreprocess}
   * @return {@code (C, 1, h, w)}
   */
  public float[] encodePicture(float[] picture, int height, int width) {
    return vae.encode(picture, 1, height, width);
  }

  /**
   * A place for one chunk's latents where the model computes; closed by the caller.
   *
   * @param frameCount those of references included
   * @return empty: there is none better than arrays
   */
  public Optional<TensorLatents> openLatents(int frameCount, int height, int width) {
    return backend.openLatents(card.geometry().channels(), frameCount, height, width);
  }

  /** The model under one prompt, one set of references and one shape. */
  public final class Conditioned implements AutoCloseable {

    private final LatentGrid grid;
    private final Prompt prompt;
    private final WanTransformer.Prompt keys;
    private final WanTransformer.@Nullable Control control;
    private boolean isClosed;

    private Conditioned(LatentGrid grid, Prompt prompt, WanTransformer.@Nullable Control control) {
      this.grid = grid;
      this.prompt = prompt;
      this.keys = prompt.acquire(transformer);
      this.control = control;
    }

    /**
     * Predicts the velocity {@code noise - x0}.
     *
     * @param latents {@code (C, R + T, h, w)}
     * @param timestep the noise level times 1000
     * @param out as long as {@code latents}, written
     */
    public void velocity(float[] latents, double timestep, float[] out) {
      transformer.velocity(workspace, latents, grid, timestep, keys, control, out);
    }

    /** The same where the latents lie; does not wait for the result. */
    public void velocity(TensorLatents latents, double timestep, ResidentLatents.Pass pass) {
      transformer.velocity(
          workspace, latents.latents(), grid, timestep, keys, control, latents.velocity(pass));
    }

    @Override
    public void close() {
      if (isClosed) {
        return;
      }
      isClosed = true;
      prompt.release();
      if (control != null) {
        control.close();
      }
    }
  }

  /**
   * Prepares what stays the same over all steps: the prompt's keys and values, the control.
   *
   * @param references as {@link #encodePicture} gives them, in the order of the frames they become
   * @param latentFrameCount {@code T}, without the reference frames
   * @param height {@code h}
   * @param width {@code w}
   */
  public Conditioned conditioned(
      Prompt prompt, List<float[]> references, int latentFrameCount, int height, int width) {
    return conditioned(prompt, references, Map.of(), latentFrameCount, height, width);
  }

  /**
   * As the other one, with latent frames that are given: the model makes what goes with them.
   *
   * @param known latents {@code (C, 1, h, w)} by latent frame, those of references not counted
   */
  public Conditioned conditioned(
      Prompt prompt,
      List<float[]> references,
      Map<Integer, float[]> known,
      int latentFrameCount,
      int height,
      int width) {
    require(
        control != null || (references.isEmpty() && known.isEmpty()),
        "a text-to-video model takes no references and no known frames, found %d and %d",
        references.size(),
        known.size());
    var grid = new LatentGrid(references.size() + latentFrameCount, height, width);
    try (Opened opened = new Opened()) {
      WanTransformer.Control tokens = null;
      if (control != null) {
        int factor = card.geometry().spatialFactor();
        float[] values =
            control.ofKnown(references, known, latentFrameCount, height * factor, width * factor);
        List<Float> scales = Collections.nCopies(transformer.config().vaceLayers().size(), 1f);
        tokens = opened.add(transformer.prepareControl(values, grid.frames(), grid, scales));
      }
      return opened.keep(new Conditioned(grid, prompt, tokens));
    }
  }

  /**
   * Decodes a run of latent frames: the first becomes one frame, each other {@code temporalFactor}.
   *
   * @param latents {@code (C, latentFrameCount, height, width)}
   */
  public FrameRun decode(float[] latents, int latentFrameCount, int height, int width) {
    int factor = card.geometry().spatialFactor();
    int frameCount = vae.frames(latentFrameCount);
    byte[] rgb = new byte[3 * frameCount * height * factor * width * factor];
    vae.decode(
        latents,
        latentFrameCount,
        height,
        width,
        (at, values, from, count) -> {
          for (int i = 0; i < count; i++) {
            rgb[at + i] = (byte) Math.round((Math.clamp(values[from + i], -1f, 1f) + 1f) * 127.5f);
          }
        });
    return new FrameRun(width * factor, height * factor, frameCount, rgb);
  }

  /** Ends the model; its backend stays open. */
  @Override
  public void close() {
    try (textWeights;
        textEncoder;
        tokenizer;
        workspace) {
      transformer.close();
    }
  }
}
