package dev.longtake.model;

import dev.longtake.checkpoint.ModelFolder;
import dev.longtake.tensor.CountingBackend;
import dev.longtake.tensor.ElementTypes;
import dev.longtake.tensor.Shape;
import dev.longtake.tensor.Workspace;
import dev.longtake.text.TextEncoder;
import dev.longtake.text.TextEncoderConfig;
import dev.longtake.transformer.LatentGrid;
import dev.longtake.transformer.TransformerConfig;
import dev.longtake.transformer.WanTransformer;
import dev.longtake.vae.VaeConfig;
import dev.longtake.vae.WanVae;
import dev.longtake.weights.WeightSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a checkpoint needs by running it on a {@link CountingBackend}: the very code that
 * will render, with tensors that have sizes and no memory. Only the VAE's weights are read, because
 * time taps that are zero cost nothing and are found by their values.
 */
final class MemoryRehearsal {

  /**
   * The program itself with its heap, as measured with the bundled checkpoint, beyond what the
   * backend allocates.
   */
  static final long PROCESS_BYTES = 620L << 20;

  private final CountingBackend backend;
  private final TextEncoderConfig text;
  private final TransformerConfig config;
  private final int promptRows;
  private final RenderLoad load;

  private MemoryRehearsal(
      TextEncoderConfig text,
      TransformerConfig config,
      int promptRows,
      RenderLoad load,
      ElementTypes types) {
    backend = new CountingBackend(types);
    this.text = text;
    this.config = config;
    this.promptRows = promptRows;
    this.load = load;
  }

  static MemoryNeed of(ModelFolder folder, int promptRows, RenderLoad load, ElementTypes types) {
    var rehearsal =
        new MemoryRehearsal(folder.text(), folder.transformer(), promptRows, load, types);
    return rehearsal.run(folder.vae(), folder.weights(ModelFolder.VAE));
  }

  private MemoryNeed run(VaeConfig vaeConfig, WeightSource vaeWeights) {
    var transformer = new WanTransformer(config, new ShapeSource(config.expectedShapes()), backend);
    long transformerBytes = backend.usedBytes();
    WanVae vae = WanVae.load(backend, vaeConfig, vaeWeights);
    long vaeBytes = backend.usedBytes() - transformerBytes;
    long textBytes = peakOf(this::encodeText);
    int height = load.size().height() / vaeConfig.spatialFactor();
    int width = load.size().width() / vaeConfig.spatialFactor();
    long encodeBytes = peakOf(() -> encode(vae));
    long before = backend.usedBytes();
    var grid = new LatentGrid(load.references() + load.latentFrameCount(), height, width);
    List<WanTransformer.Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < load.prompts(); i++) {
      prompts.add(transformer.preparePrompt(new float[promptRows * text.dim()], promptRows));
    }
    WanTransformer.Control control = control(transformer, grid);
    long promptBytes = backend.usedBytes() - before;
    long stepBytes =
        peakOf(
            () -> {
              Workspace workspace = backend.openWorkspace();
              float[] latents = new float[config.inChannels() * grid.frames() * height * width];
              transformer.velocity(
                  workspace, latents, grid, 500, prompts.getFirst(), control, latents);
            });
    long decodeBytes = peakOf(() -> decode(vae, height, width));
    decodeBytes += vae.heldBytes(load.segmentFrames(), height, width);
    return new MemoryNeed(
        transformerBytes,
        vaeBytes,
        textBytes,
        promptBytes,
        stepBytes,
        encodeBytes,
        decodeBytes,
        PROCESS_BYTES);
  }

  /** How far above the present use some work goes. */
  private long peakOf(Runnable work) {
    long before = backend.usedBytes();
    backend.resetPeak();
    work.run();
    return backend.peakBytes() - before;
  }

  private void encodeText() {
    Map<String, Shape> shapes = new LinkedHashMap<>(text.expectedShapes());
    shapes.put("shared.weight", Shape.of(text.vocabularySize(), text.dim()));
    new TextEncoder(text, new ShapeSource(shapes), backend).encode(new int[promptRows]);
  }

  /** References are encoded one by one, and a blank video piece by piece: two say it all. */
  private void encode(WanVae vae) {
    int height = load.size().height();
    int width = load.size().width();
    if (load.references() > 0) {
      int frames = vae.frames(Math.min(2, load.latentFrameCount()));
      vae.encode(new float[3 * frames * height * width], frames, height, width);
    }
  }

  private WanTransformer.@Nullable Control control(WanTransformer transformer, LatentGrid grid) {
    int blocks = config.vaceLayers().size();
    if (blocks == 0) {
      return null;
    }
    float[] values =
        new float[config.vaceInChannels() * grid.frames() * grid.height() * grid.width()];
    return transformer.prepareControl(values, grid.frames(), grid, Collections.nCopies(blocks, 1f));
  }

  private void decode(WanVae vae, int height, int width) {
    int frames = Math.min(2, load.segmentFrames());
    float[] latents = new float[vae.config().latentChannels() * frames * height * width];
    vae.decode(latents, frames, height, width, (at, values, from, count) -> {});
  }
}
