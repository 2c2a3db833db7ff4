package dev.longtake.loadtest.scaling;

import dev.longtake.loadtest.exchange.SlabSize;
import java.util.List;

/**
 * What others have published, and what follows from it for us.
 *
 * @param what model, size and device
 * @param slab what its chunks would exchange
 * @param clipSeconds one clip of 81 frames on one device, everything included
 * @param steps of it
 * @param pixels of a frame
 * @param speedUpOf8 by sequence parallelism on eight devices of one machine
 */
public record Published(
    String what, SlabSize slab, double clipSeconds, int steps, int pixels, double speedUpOf8) {

  /**
   * Wan2.1, {@code assets/comp_effic.png} of its repository (October 2025): seconds for five
   * seconds of film, on 1 and 8 devices.
   */
  public static final List<Published> WAN =
      List.of(
          new Published(
              "1.3B at 480p, RTX 4090", SlabSize.WAN_1_3B, 261.4, 50, 832 * 480, 261.4 / 112.3),
          new Published(
              "14B at 720p, H100", SlabSize.WAN_14B, 1837.9, 50, 1280 * 720, 1837.9 / 287.9));

  /** DualParal, arXiv 2505.21070: 1,025 frames on eight RTX 4090 against one. */
  public static final double DUALPARAL_OF_8 = 6.54;

  /** Latent frames of a clip, those that it shares with its neighbours, and frames of one. */
  private static final int FRESH_FRAMES = (21 - 5) * 4;

  /**
   * Its costs: the clip's seconds by its steps, which is all of the work of a chunk.
   *
   * @param slabSeconds as {@link Costs} has it
   * @param pixelsPerSecond that a coordinator makes film of; the last shot's part comes at the end
   * @param lastChunks of the last shot
   */
  public Costs costs(double slabSeconds, double pixelsPerSecond, int lastChunks) {
    double film = (double) lastChunks * FRESH_FRAMES * pixels / pixelsPerSecond;
    return new Costs(clipSeconds / steps, slabSeconds, slab.bytes(), film);
  }
}
