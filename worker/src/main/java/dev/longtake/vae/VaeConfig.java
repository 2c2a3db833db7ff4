package dev.longtake.vae;

import static dev.longtake.error.Require.require;

import dev.longtake.error.LongtakeException;
import dev.longtake.weights.ConfigFile;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of an {@code AutoencoderKLWan} config: Wan 2.1's, Wan 2.2's or a smaller one.
 *
 * @param encoderDim channels of the encoder's first level
 * @param decoderDim channels of the decoder's last level
 * @param latentChannels {@code z_dim}
 * @param levelFactors {@code dim_mult}: channels of each level, in units of the first's; each
 *     further level halves rows and columns
 * @param blocksPerLevel residual blocks of an encoder level; a decoder level has one more
 * @param halvesTime {@code temperal_downsample} (sic): for each level but the last, whether going
 *     to the next also halves time
 * @param patchSize pixels per axis that are folded into channels first; 1: none
 * @param residual {@code is_residual}: each level adds an averaged or repeated copy of what went
 *     into it (Wan 2.2)
 * @param latentsMean per channel, subtracted from an encoding
 * @param latentsStd per channel, what an encoding is then divided by
 */
public record VaeConfig(
    int encoderDim,
    int decoderDim,
    int latentChannels,
    List<Integer> levelFactors,
    int blocksPerLevel,
    List<Boolean> halvesTime,
    int patchSize,
    boolean residual,
    List<Float> latentsMean,
    List<Float> latentsStd) {

  private static final int PIXEL_CHANNELS = 3;

  public VaeConfig {
    levelFactors = List.copyOf(levelFactors);
    halvesTime = List.copyOf(halvesTime);
    latentsMean = List.copyOf(latentsMean);
    latentsStd = List.copyOf(latentsStd);
    require(encoderDim > 0 && decoderDim > 0, "base_dim and decoder_base_dim must be positive");
    require(latentChannels > 0, "z_dim must be positive, found %d", latentChannels);
    require(
        !levelFactors.isEmpty() && levelFactors.size() <= 8,
        "dim_mult must have from 1 to 8 entries, found %d",
        levelFactors.size());
    require(
        levelFactors.stream().allMatch(factor -> factor > 0),
        "dim_mult must be positive, found %s",
        levelFactors);
    require(blocksPerLevel > 0, "num_res_blocks must be positive, found %d", blocksPerLevel);
    require(
        halvesTime.size() == levelFactors.size() - 1,
        "temperal_downsample must have %d entries, found %d",
        levelFactors.size() - 1,
        halvesTime.size());
    require(
        patchSize >= 1 && patchSize <= 16, "patch_size must be from 1 to 16, found %d", patchSize);
    require(
        latentsMean.size() == latentChannels && latentsStd.size() == latentChannels,
        "latents_mean and latents_std must have %d entries, found %d and %d",
        latentChannels,
        latentsMean.size(),
        latentsStd.size());
    require(
        latentsStd.stream().allMatch(std -> std > 0f), "latents_std must be positive everywhere");
  }

  /**
   * Reads {@code vae/config.json}; keys that older files lack take their published defaults.
   *
   * @throws LongtakeException {@code MODEL_INVALID} if a value is missing, out of range, or asks
   *     for a part that is not implemented
   */
  public static VaeConfig read(ConfigFile file) {
    if (file.has("attn_scales") && !file.floats("attn_scales").isEmpty()) {
      throw file.invalid(
          "attn_scales: expected an empty list; attention stands in the middle only");
    }
    int encoderDim = file.integer("base_dim", 96);
    try {
      var config =
          new VaeConfig(
              encoderDim,
              file.integer("decoder_base_dim", encoderDim),
              file.integer("z_dim", 16),
              file.integers("dim_mult"),
              file.integer("num_res_blocks", 2),
              file.flags("temperal_downsample"),
              file.integer("patch_size", 1),
              file.flag("is_residual", false),
              file.floats("latents_mean"),
              file.floats("latents_std"));
      requireChannels(file, "in_channels", config);
      requireChannels(file, "out_channels", config);
      return config;
    } catch (IllegalArgumentException e) {
      throw file.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static void requireChannels(ConfigFile file, String key, VaeConfig config) {
    int expected = config.pixelChannels();
    int found = file.integer(key, expected);
    if (found != expected) {
      throw file.invalid("%s: expected %d, found %d".formatted(key, expected, found));
    }
  }

  /** Channels after the pixels of a patch are folded in: 3 for patch size 1, 12 for 2. */
  public int pixelChannels() {
    return PIXEL_CHANNELS * patchSize * patchSize;
  }

  /** Pixels per latent cell, along each axis. */
  public int spatialFactor() {
    return patchSize << (levelFactors.size() - 1);
  }

  /** Frames per latent frame, the first latent frame excepted, which stands for one. */
  public int temporalFactor() {
    return 1 << (int) halvesTime.stream().filter(halves -> halves).count();
  }

  /** Latent frames that stand for {@code frameCount} frames; incomplete groups are left out. */
  public int latentFrames(int frameCount) {
    require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    return (frameCount - 1) / temporalFactor() + 1;
  }

  /** Frames that {@code latentFrameCount} latent frames stand for. */
  public int frames(int latentFrameCount) {
    require(latentFrameCount > 0, "latentFrameCount is not positive: %d", latentFrameCount);
    return (latentFrameCount - 1) * temporalFactor() + 1;
  }

  /** Channels of the encoder, from its entry to its last level. */
  List<Integer> encoderChannels() {
    List<Integer> channels = new ArrayList<>(List.of(encoderDim));
    levelFactors.forEach(factor -> channels.add(encoderDim * factor));
    return channels;
  }

  /** Channels of the decoder, from its entry to its last level. */
  List<Integer> decoderChannels() {
    List<Integer> channels = new ArrayList<>(List.of(decoderDim * levelFactors.getLast()));
    levelFactors.reversed().forEach(factor -> channels.add(decoderDim * factor));
    return channels;
  }

  /** Channels that come into a level of the decoder. */
  int decoderEntry(int level) {
    int before = decoderChannels().get(level);
    return level == 0 || residual ? before : before / 2;
  }
}
