package dev.longtake.vae;

import static dev.longtake.error.Require.require;

import dev.longtake.digest.Digest;
import dev.longtake.tensor.Backend;
import dev.longtake.tensor.Tensor;
import dev.longtake.tensor.Workspace;
import dev.longtake.weights.WeightFaults;
import dev.longtake.weights.WeightSource;
import java.util.List;

/**
 * Wan's causal video VAE: pixels to latents and back, a few frames at a time.
 *
 * <h2>How time works</h2>
 *
 * <p>Every layer looks at the past only. The first latent frame stands for one frame, each further
 * one for {@code temporalFactor} frames (4 in Wan), so {@code n = 4k + 1} frames have {@code k + 1}
 * latent frames. Because of that, a video goes through piece by piece with the few frames that each
 * layer still remembers, and comes out as if it had gone through whole: {@link VaeStream} holds
 * what is remembered. Where a checkpoint's kernels have only their last time tap set, the layer
 * remembers nothing and costs a third.
 *
 * <p>Latent frames go through one by one: more at once is no faster on a CPU, and each costs the
 * memory of its largest activation.
 *
 * <p>A large picture goes through in tiles, see {@link VaeTiles}: which ones do depends on their
 * size and on the model alone.
 *
 * <p>Used by one thread at a time, like its backend.
 *
 * @see <a href="https://arxiv.org/abs/2503.20314">Wan: Open and Advanced Large-Scale Video
 *     Generative Models, 2025, section 4.1</a>
 */
public final class WanVae {

  private final Backend backend;
  private final VaeConfig config;
  private final PixelPatches patches;
  private final LatentNormalisation normalisation;
  private final List<VaeLayer> encoder;
  private final List<VaeLayer> decoder;

  private WanVae(
      Backend backend, VaeConfig config, List<VaeLayer> encoder, List<VaeLayer> decoder) {
    this.backend = backend;
    this.config = config;
    this.patches = new PixelPatches(config.patchSize());
    this.normalisation = new LatentNormalisation(config.latentsMean(), config.latentsStd());
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /**
   * Loads the weights into a backend.
   *
   * @throws dev.longtake.error.LongtakeException {@code MODEL_INVALID} naming every tensor that is
   *     missing or misshapen
   */
  public static WanVae load(Backend backend, VaeConfig config, WeightSource source) {
    WeightFaults.require(source, "vae", VaeTensors.expected(config));
    var loader = new VaeLoader(backend, source);
    return new WanVae(
        backend.inF32(),
        config,
        VaeLayers.encoder(loader, config),
        VaeLayers.decoder(loader, config));
  }

  /** The numbers it was built by. */
  public VaeConfig config() {
    return config;
  }

  /** Latent frames that stand for {@code frameCount} frames; incomplete groups are left out. */
  public int latentFrames(int frameCount) {
    return config.latentFrames(frameCount);
  }

  /** Frames that {@code latentFrameCount} latent frames stand for. */
  public int frames(int latentFrameCount) {
    return config.frames(latentFrameCount);
  }

  /**
   * Encodes a video to the mean of its latents, normalised as the diffusion model wants them.
   *
   * @param video {@code (3, frameCount, height, width)} in [-1, 1]; frames beyond {@code
   *     temporalFactor k + 1} are left out
   * @param height a multiple of the spatial factor, as {@code width}
   * @return {@code (C, latentFrames, height / factor, width / factor)}
   */
  public float[] encode(float[] video, int frameCount, int height, int width) {
    requireSize(height, width);
    require(
        video.length == 3L * frameCount * height * width,
        "video (3, %d, %d, %d) has %d values",
        frameCount,
        height,
        width,
        video.length);
    return VaeTiles.of(config, height, width)
        .map(tiles -> encode(tiles, video, frameCount, height, width))
        .orElseGet(() -> encodeWhole(video, frameCount, height, width));
  }

  /** As {@link #encode(float[], int, int, int)}, in these tiles whatever the size. */
  float[] encode(VaeTiles tiles, float[] video, int frameCount, int height, int width) {
    return tiles.encode(
        config,
        video,
        frameCount,
        height,
        width,
        (tile, rows, columns) -> encodeWhole(tile, frameCount, rows, columns));
  }

  /** As {@link #encode(float[], int, int, int)}, without tiles whatever the size. */
  float[] encodeWhole(float[] video, int frameCount, int height, int width) {
    int latentFrameCount = latentFrames(frameCount);
    int plane = plane(height, width);
    float[] latents = new float[config.latentChannels() * latentFrameCount * plane];
    try (VaeStream stream = new VaeStream(backend)) {
      for (int frame = 0; frame < latentFrameCount; frame++) {
        int first = frame == 0 ? 0 : frames(frame);
        int count = frames(frame + 1) - first;
        float[] pixels = patches.fold(video, frameCount, first, count, height, width);
        float[] encoded = encodePiece(stream, pixels, count, height, width);
        normalisation.store(latents, latentFrameCount, frame, encoded, 1, plane);
      }
    }
    return latents;
  }

  private float[] encodePiece(
      VaeStream stream, float[] piece, int pixelFrames, int height, int width) {
    int patch = config.patchSize();
    try (Workspace.Scope _ = stream.workspace().scope()) {
      Tensor x =
          stream
              .workspace()
              .take(pixelFrames, height / patch, width / patch, config.pixelChannels());
      backend.write(x, piece, 0);
      return read(VaeLayer.applyAll(encoder, stream, x));
    }
  }

  private float[] read(Tensor x) {
    float[] values = new float[Math.toIntExact(x.elementCount())];
    backend.read(x, values, 0);
    return values;
  }

  /**
   * The encoding of frames that are 0 everywhere (mid grey): what a request without a source video
   * gives the model as its control. Past a few latent frames it no longer changes, so only those
   * are computed.
   *
   * @return {@code (C, latentFrameCount, height / factor, width / factor)}
   */
  public float[] encodeBlank(int latentFrameCount, int height, int width) {
    requireSize(height, width);
    return VaeTiles.of(config, height, width)
        .map(tiles -> encodeBlank(tiles, latentFrameCount, height, width))
        .orElseGet(() -> encodeBlankWhole(latentFrameCount, height, width));
  }

  /** As {@link #encodeBlank(int, int, int)}, in these tiles whatever the size. */
  float[] encodeBlank(VaeTiles tiles, int latentFrameCount, int height, int width) {
    return tiles.encodeBlank(
        config,
        latentFrameCount,
        height,
        width,
        (rows, columns) -> encodeBlankWhole(latentFrameCount, rows, columns));
  }

  /** As {@link #encodeBlank(int, int, int)}, without tiles whatever the size. */
  float[] encodeBlankWhole(int latentFrameCount, int height, int width) {
    int plane = plane(height, width);
    int frameElements = config.pixelChannels() * height * width;
    frameElements /= config.patchSize() * config.patchSize();
    float[] latents = new float[config.latentChannels() * latentFrameCount * plane];
    try (VaeStream stream = new VaeStream(backend)) {
      float[] encoded = new float[0];
      boolean isSteady = false;
      for (int frame = 0; frame < latentFrameCount; frame++) {
        if (!isSteady) {
          Digest before = stream.remembered();
          int count = frame == 0 ? 1 : config.temporalFactor();
          encoded = encodePiece(stream, new float[count * frameElements], count, height, width);
          // What comes next depends on the remembered frames and on the input, which never changes.
          isSteady = frame > 0 && before.equals(stream.remembered());
        }
        normalisation.store(latents, latentFrameCount, frame, encoded, 1, plane);
      }
    }
    return latents;
  }

  /**
   * Decodes latents to pixels.
   *
   * @param latents {@code (C, latentFrameCount, height, width)}, normalised
   * @return {@code (frames, height * factor, width * factor, 3)} in [-1, 1]
   */
  public float[] decode(float[] latents, int latentFrameCount, int height, int width) {
    int frameElements = 3 * height * width * config.spatialFactor() * config.spatialFactor();
    float[] video = new float[frames(latentFrameCount) * frameElements];
    decode(
        latents,
        latentFrameCount,
        height,
        width,
        (at, values, from, count) -> System.arraycopy(values, from, video, at, count));
    return PixelPatches.limit(video);
  }

  /**
   * Decodes latents to pixels that are given away as they are finished, each once, in no particular
   * order and outside [-1, 1] where the decoder puts them there.
   *
   * @param latents {@code (C, latentFrameCount, height, width)}, normalised
   * @param sink of values of {@code (frames, height * factor, width * factor, 3)}
   */
  public void decode(float[] latents, int latentFrameCount, int height, int width, ValueSink sink) {
    int factor = config.spatialFactor();
    VaeTiles.of(config, height * factor, width * factor)
        .ifPresentOrElse(
            tiles -> decode(tiles, latents, latentFrameCount, height, width, sink),
            () -> decodeWhole(latents, latentFrameCount, height, width, sink));
  }

  /** As the other one, in these tiles whatever the size. */
  void decode(
      VaeTiles tiles,
      float[] latents,
      int latentFrameCount,
      int height,
      int width,
      ValueSink sink) {
    tiles.decode(
        config,
        latents,
        latentFrameCount,
        height,
        width,
        (tile, rows, columns) -> decodeWhole(tile, latentFrameCount, rows, columns),
        sink);
  }

  private void decodeWhole(
      float[] latents, int latentFrameCount, int height, int width, ValueSink sink) {
    try (VaeDecoding decoding = openDecoding(height, width)) {
      int at = 0;
      for (int frame = 0; frame < latentFrameCount; frame++) {
        float[] decoded = decoding.next(latents, latentFrameCount, frame, 1);
        sink.put(at, decoded, 0, decoded.length);
        at += decoded.length;
      }
    }
  }

  /** All values that {@link #decode} gives away, without tiles whatever the size. */
  float[] decodeWhole(float[] latents, int latentFrameCount, int height, int width) {
    int frameElements = 3 * height * width * config.spatialFactor() * config.spatialFactor();
    float[] video = new float[frames(latentFrameCount) * frameElements];
    decodeWhole(
        latents,
        latentFrameCount,
        height,
        width,
        (at, values, from, count) -> System.arraycopy(values, from, video, at, count));
    return video;
  }

  /**
   * Bytes of decoded pixels that are held outside the backend at one time; 0 for a picture without
   * tiles, of which only one latent frame's are.
   */
  public long heldBytes(int latentFrameCount, int height, int width) {
    int factor = config.spatialFactor();
    return VaeTiles.of(config, height * factor, width * factor)
        .map(tiles -> tiles.heldBytes(config, latentFrameCount, height, width))
        .orElse(0L);
  }

  /**
   * Begins a video that is decoded piece by piece.
   *
   * @param height rows of a latent frame
   * @param width columns of a latent frame
   */
  public VaeDecoding openDecoding(int height, int width) {
    return new VaeDecoding(new VaeStream(backend), decoder, config, height, width);
  }

  private void requireSize(int height, int width) {
    int factor = config.spatialFactor();
    require(
        height > 0 && width > 0 && height % factor == 0 && width % factor == 0,
        "%d x %d pixels are not multiples of %d",
        width,
        height,
        factor);
  }

  private int plane(int height, int width) {
    return (height / config.spatialFactor()) * (width / config.spatialFactor());
  }
}
