package dev.longtake.plan;

import static dev.longtake.error.Require.require;

/**
 * The overlap between chunk {@code index} and chunk {@code index + 1}.
 *
 * @param firstLatentFrame first shared latent frame, within the shot
 * @param overlap shared latent frames
 */
public record Boundary(int index, int firstLatentFrame, int overlap) {

  public Boundary {
    require(index >= 0, "index is negative: %d", index);
    require(firstLatentFrame > 0, "firstLatentFrame is not positive: %d", firstLatentFrame);
    require(overlap >= 0, "overlap is negative: %d", overlap);
  }

  /** Of the shared latent frames, those taken from the left chunk when the shot is joined. */
  public int ownedByLeft() {
    return (overlap + 1) / 2;
  }
}
