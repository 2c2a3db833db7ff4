package dev.longtake.transformer;

import static dev.longtake.error.Require.require;

/**
 * The extent of latents that go through the transformer in one call.
 *
 * @param frames latent frames, reference frames included
 * @param height latent rows
 * @param width latent columns
 */
public record LatentGrid(int frames, int height, int width) {

  public LatentGrid {
    require(
        frames > 0 && height > 0 && width > 0,
        "expected positive axes, found %d x %d x %d",
        frames,
        height,
        width);
  }

  /** Tokens of patches with this side. */
  public int tokenCount(int patch) {
    return Math.multiplyExact(frames, (height / patch) * (width / patch));
  }
}
