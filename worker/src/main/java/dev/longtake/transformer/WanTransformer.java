package dev.longtake.transformer;

import static dev.longtake.error.Require.require;
import static java.util.Objects.requireNonNull;

import dev.longtake.lifetime.Opened;
import dev.longtake.lifetime.StillWanted;
import dev.longtake.tensor.Activation;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.LinearWeight;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.transformer.TransformerBlock.PromptKeys;
import dev.longtake.weights.Layers;
import dev.longtake.weights.WeightFaults;
import dev.longtake.weights.WeightSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Wan 2.1 diffusion transformer, text-to-video and VACE: latents, a timestep, a prompt and
 * perhaps a control go in, the velocity comes out.
 *
 * <p>What does not change from step to step is computed once: of a prompt, every block's keys and
 * values; of a control, its tokens; of a grid, the rotary table. A VACE block runs when its main
 * block is reached, so one hint is held at a time; all of them start from the untouched patch
 * tokens.
 *
 * <p>Sources: Wan technical report (arXiv:2503.20314), VACE (arXiv:2503.07598), and the layout of
 * the diffusers checkpoints. One thread at a time.
 */
public final class WanTransformer implements AutoCloseable {

  private static final int ROPE_TABLES_MAX = 4;

  /** What a prompt gives to every block. Closed by whoever prepared it. */
  public static final class Prompt implements AutoCloseable {
    private final Workspace memory;
    private final List<PromptKeys> mainKeys;
    private final List<PromptKeys> vaceKeys;

    private Prompt(Workspace memory, List<PromptKeys> mainKeys, List<PromptKeys> vaceKeys) {
      this.memory = memory;
      this.mainKeys = mainKeys;
      this.vaceKeys = vaceKeys;
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /** A control as tokens, and how much each hint counts. Closed by whoever prepared it. */
  public static final class Control implements AutoCloseable {
    private final Workspace memory;
    private final Tensor tokens;
    private final List<Float> scales;

    private Control(Workspace memory, Tensor tokens, List<Float> scales) {
      this.memory = memory;
      this.tokens = tokens;
      this.scales = scales;
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  private record Rotation(Workspace memory, Tensor cos, Tensor sin) {}

  private record VaceBlock(TransformerBlock block, LinearWeight projOut) {}

  private final Backend backend;
  private final TransformerConfig config;
  private final LinearWeight patchEmbedding;
  private final LinearWeight timeIn;
  private final LinearWeight timeOut;
  private final LinearWeight timeProjection;
  private final LinearWeight textIn;
  private final LinearWeight textOut;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final @Nullable LinearWeight vacePatchEmbedding;
  private final @Nullable LinearWeight vaceIn;
  private final List<VaceBlock> vaceBlocks = new ArrayList<>();
  private final Tensor headModulation;
  private final LinearWeight head;
  private final Map<LatentGrid, Rotation> rotations = new LinkedHashMap<>();

  /**
   * Loads the transformer.
   *
   * @throws dev.longtake.error.LongtakeException {@code MODEL_INVALID} if a tensor is missing or
   *     has another shape than the configuration says; all of them in one message
   */
  public WanTransformer(TransformerConfig config, WeightSource source, Backend backend) {
    WeightFaults.require(source, "transformer", WeightFaults.Expected.of(config.expectedShapes()));
    this.backend = backend;
    this.config = config;
    Layers layers = new Layers(source, backend);
    patchEmbedding = layers.linear("patch_embedding");
    // In 32 bits, as the published code keeps them: their result modulates every row of every
    // block.
    Layers exact = new Layers(source, backend.inF32());
    timeIn = exact.linear("condition_embedder.time_embedder.linear_1");
    timeOut = exact.linear("condition_embedder.time_embedder.linear_2");
    timeProjection = layers.linear("condition_embedder.time_proj");
    textIn = layers.linear("condition_embedder.text_embedder.linear_1");
    textOut = layers.linear("condition_embedder.text_embedder.linear_2");
    for (int i = 0; i < config.layerCount(); i++) {
      blocks.add(new TransformerBlock(backend, config, layers, "blocks." + i + "."));
    }
    boolean vace = !config.vaceLayers().isEmpty();
    vacePatchEmbedding = vace ? layers.linear("vace_patch_embedding") : null;
    vaceIn = vace ? layers.linear("vace_blocks.0.proj_in") : null;
    for (int n = 0; n < config.vaceLayers().size(); n++) {
      String prefix = "vace_blocks." + n + ".";
      vaceBlocks.add(
          new VaceBlock(
              new TransformerBlock(backend, config, layers, prefix),
              layers.linear(prefix + "proj_out")));
    }
    headModulation = layers.tensor("scale_shift_table", 2, config.dim());
    head = layers.linear("proj_out");
  }

  /** Sizes. */
  public TransformerConfig config() {
    return config;
  }

  /**
   * Prepares a prompt.
   *
   * @param embeds {@code (rows, textDim)}; rows past the prompt's end are zero and attended to
   */
  public Prompt preparePrompt(float[] embeds, int rows) {
    require(
        embeds.length == rows * config.textDim(),
        "expected %d prompt embeds of %d numbers, found %d numbers",
        rows,
        config.textDim(),
        embeds.length);
    try (Opened opened = new Opened()) {
      Workspace memory = opened.add(backend.openWorkspace());
      Tensor context = memory.take(rows, config.dim());
      try (Workspace scratch = backend.openWorkspace()) {
        Tensor text = scratch.take(rows, config.textDim());
        Tensor hidden = scratch.take(rows, config.dim());
        backend.write(text, embeds, 0);
        backend.linear(hidden, text, textIn, Activation.GELU_TANH);
        backend.linear(context, hidden, textOut);
      }
      return opened.keep(
          new Prompt(
              memory,
              blocks.stream().map(block -> block.promptKeys(memory, context)).toList(),
              vaceBlocks.stream().map(it -> it.block().promptKeys(memory, context)).toList()));
    }
  }

  /**
   * Prepares a control.
   *
   * @param control {@code (vaceInChannels, controlFrames, H, W)}; tokens of the frames it lacks are
   *     zero
   * @param grid of the latents it controls
   * @param scales how much each hint counts, one per VACE block
   */
  public Control prepareControl(
      float[] control, int controlFrames, LatentGrid grid, List<Float> scales) {
    LinearWeight embedding = vacePatchEmbedding;
    require(embedding != null, "a text-to-video transformer takes no control");
    require(
        scales.size() == vaceBlocks.size() && controlFrames <= grid.frames(),
        "expected %d scales and at most %d control frames, found %d and %d",
        vaceBlocks.size(),
        grid.frames(),
        scales.size(),
        controlFrames);
    int tokenCount = grid.tokenCount(config.patch());
    int given = tokenCount / grid.frames() * controlFrames;
    try (Opened opened = new Opened()) {
      Workspace memory = opened.add(backend.openWorkspace());
      Tensor tokens = memory.take(tokenCount, config.dim());
      backend.fill(tokens, 0f);
      try (Workspace scratch = backend.openWorkspace()) {
        Tensor input =
            scratch.takeF32(config.vaceInChannels(), controlFrames, grid.height(), grid.width());
        backend.write(input, control, 0);
        embed(scratch, tokens.slice(0, given), input, requireNonNull(embedding));
      }
      return opened.keep(new Control(memory, tokens, List.copyOf(scales)));
    }
  }

  /**
   * Predicts the velocity.
   *
   * @param workspace holds the activations; as it was when this returns
   * @param latents {@code (inChannels, T, H, W)}
   * @param timestep noise level times 1000
   * @param control null: none
   * @param out {@code (outChannels, T, H, W)}, written
   */
  public void velocity(
      Workspace workspace,
      float[] latents,
      LatentGrid grid,
      double timestep,
      Prompt prompt,
      @Nullable Control control,
      float[] out) {
    List<TokenTime> times = List.of(new TokenTime(grid.tokenCount(config.patch()), timestep));
    velocity(workspace, latents, grid, times, prompt, control, out);
  }

  /**
   * As the other one, with timesteps of tokens.
   *
   * @param times in the order of the tokens, as many tokens in all as the grid has
   */
  public void velocity(
      Workspace workspace,
      float[] latents,
      LatentGrid grid,
      List<TokenTime> times,
      Prompt prompt,
      @Nullable Control control,
      float[] out) {
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor input =
          workspace.takeF32(config.inChannels(), grid.frames(), grid.height(), grid.width());
      backend.write(input, latents, 0);
      Tensor patches = patches(workspace, input, grid, times, prompt, control);
      Tensor velocity =
          workspace.takeF32(config.outChannels(), grid.frames(), grid.height(), grid.width());
      backend.unpatchify(velocity, patches, config.patch());
      backend.read(velocity, out, 0);
    }
  }

  /**
   * As the first one, on tensors; does not wait for the result.
   *
   * @param latents {@code (inChannels, T, H, W)}, F32
   * @param out {@code (outChannels, T, H, W)}, F32, written
   */
  public void velocity(
      Workspace workspace,
      Tensor latents,
      LatentGrid grid,
      double timestep,
      Prompt prompt,
      @Nullable Control control,
      Tensor out) {
    List<TokenTime> times = List.of(new TokenTime(grid.tokenCount(config.patch()), timestep));
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor patches = patches(workspace, latents, grid, times, prompt, control);
      backend.unpatchify(out, patches, config.patch());
    }
  }

  /** The velocity, patch by patch. */
  private Tensor patches(
      Workspace workspace,
      Tensor input,
      LatentGrid grid,
      List<TokenTime> times,
      Prompt prompt,
      @Nullable Control control) {
    require(
        grid.height() % config.patch() == 0 && grid.width() % config.patch() == 0,
        "expected latent height and width to be multiples of %d, found %d x %d",
        config.patch(),
        grid.height(),
        grid.width());
    int tokenCount = grid.tokenCount(config.patch());
    int timed = times.stream().mapToInt(TokenTime::tokenCount).sum();
    require(timed == tokenCount, "%d tokens have timesteps for %d", tokenCount, timed);
    Tensor x = workspace.takeF32(tokenCount, config.dim());
    embed(workspace, x, input, patchEmbedding);
    List<TimeRun> runs = timeRuns(workspace, times);
    runBlocks(workspace, x, runs, prompt, control, rotation(grid));
    return runHead(workspace, x, runs);
  }

  private List<TimeRun> timeRuns(Workspace workspace, List<TokenTime> times) {
    List<TimeRun> runs = new ArrayList<>();
    int first = 0;
    for (TokenTime each : times) {
      Tensor time = embedTime(workspace, each.timestep());
      runs.add(new TimeRun(first, each.tokenCount(), time, timeRows(workspace, time)));
      first += each.tokenCount();
    }
    return runs;
  }

  private void embed(Workspace workspace, Tensor tokens, Tensor input, LinearWeight embedding) {
    try (Workspace.Scope _ = workspace.scope()) {
      Tensor patches = workspace.take(tokens.dim(0), embedding.inputCount());
      backend.patchify(patches, input, config.patch());
      backend.linear(tokens, patches, embedding);
    }
  }

  /** {@code (1, D)}: the timestep's sinusoid, cosines first, through two layers. */
  private Tensor embedTime(Workspace workspace, double timestep) {
    int half = config.freqDim() / 2;
    float[] waves = new float[config.freqDim()];
    for (int i = 0; i < half; i++) {
      double angle = timestep * Math.pow(10_000, -(double) i / half);
      waves[i] = (float) Math.cos(angle);
      waves[half + i] = (float) Math.sin(angle);
    }
    Tensor sinusoid = workspace.takeF32(1, config.freqDim());
    Tensor hidden = workspace.takeF32(1, config.dim());
    Tensor time = workspace.takeF32(1, config.dim());
    backend.write(sinusoid, waves, 0);
    backend.linear(hidden, sinusoid, timeIn, Activation.SILU);
    backend.linear(time, hidden, timeOut);
    return time;
  }

  /** {@code (6, D)}: what the timestep adds to every block's modulation. */
  private Tensor timeRows(Workspace workspace, Tensor time) {
    Tensor active = workspace.takeF32(1, config.dim());
    Tensor rows = workspace.takeF32(1, 6 * config.dim());
    backend.activate(active, time, Activation.SILU);
    backend.linear(rows, active, timeProjection);
    return rows.view(6, config.dim());
  }

  private void runBlocks(
      Workspace workspace,
      Tensor x,
      List<TimeRun> times,
      Prompt prompt,
      @Nullable Control control,
      Rotation rotation) {
    Tensor state = control == null ? null : startControl(workspace, x, control);
    Tensor hint = workspace.take(x.dim(0), config.dim());
    int next = 0;
    for (int i = 0; i < blocks.size(); i++) {
      StillWanted.check();
      blocks
          .get(i)
          .run(workspace, x, times, prompt.mainKeys.get(i), rotation.cos(), rotation.sin());
      if (control != null
          && state != null
          && next < vaceBlocks.size()
          && config.vaceLayers().get(next) == i) {
        VaceBlock vace = vaceBlocks.get(next);
        vace.block()
            .run(
                workspace, state, times, prompt.vaceKeys.get(next), rotation.cos(), rotation.sin());
        backend.linear(hint, state, vace.projOut());
        backend.addScaled(x, hint, control.scales.get(next));
        next++;
      }
    }
  }

  /** {@code (tokens, D)}: the control's tokens, projected, plus the untouched patch tokens. */
  private Tensor startControl(Workspace workspace, Tensor x, Control control) {
    Tensor state = workspace.takeF32(x.dim(0), config.dim());
    backend.linear(state, control.tokens, requireNonNull(vaceIn));
    backend.add(state, x);
    return state;
  }

  private Tensor runHead(Workspace workspace, Tensor x, List<TimeRun> times) {
    for (TimeRun run : times) {
      Tensor rows = workspace.takeF32(2, config.dim());
      backend.copy(rows, headModulation);
      backend.add(rows.slice(0, 1), run.time());
      backend.add(rows.slice(1, 1), run.time());
      backend.layerNormModulated(run.of(x), run.of(x), rows.row(1), rows.row(0), config.epsilon());
    }
    Tensor patches = workspace.take(x.dim(0), head.outputCount());
    backend.linear(patches, x, head);
    return patches;
  }

  private Rotation rotation(LatentGrid grid) {
    Rotation known = rotations.get(grid);
    if (known != null) {
      return known;
    }
    if (rotations.size() == ROPE_TABLES_MAX) {
      var eldest = rotations.entrySet().iterator();
      eldest.next().getValue().memory().close();
      eldest.remove();
    }
    Rotation rotation = newRotation(grid);
    rotations.put(grid, rotation);
    return rotation;
  }

  private Rotation newRotation(LatentGrid grid) {
    int rows = grid.height() / config.patch();
    int columns = grid.width() / config.patch();
    RopeTable table =
        RopeTable.of(config.headDim(), grid.frames(), rows, columns, config.positionMax());
    try (Opened opened = new Opened()) {
      Workspace memory = opened.add(backend.openWorkspace());
      Tensor cos = memory.takeF32(grid.tokenCount(config.patch()), config.headDim() / 2);
      Tensor sin = memory.takeF32(grid.tokenCount(config.patch()), config.headDim() / 2);
      backend.write(cos, table.cos(), 0);
      backend.write(sin, table.sin(), 0);
      return opened.keep(new Rotation(memory, cos, sin));
    }
  }

  /** Frees the rotary tables; weights live as long as the backend. */
  @Override
  public void close() {
    rotations.values().forEach(rotation -> rotation.memory().close());
    rotations.clear();
  }
}
