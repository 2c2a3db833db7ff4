package dev.longtake.loadtest.exchange;

import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import java.util.SplittableRandom;

/** Slabs as the models that we know exchange them. */
public enum SlabSize {
  /** The bundled model at 256x160. */
  TOYBOX("toybox", 2, 24, 10, 16),
  /** Wan2.1-T2V-1.3B at 480p, chunks that share five latent frames. */
  WAN_1_3B("1.3B at 480p", 5, 16, 60, 104),
  /** Wan2.1-T2V-14B at 720p, the same. */
  WAN_14B("14B at 720p", 5, 16, 90, 160);

  private static final int VALUES_APART = 997;

  private final String word;
  private final int overlap;
  private final int channels;
  private final int height;
  private final int width;

  SlabSize(String word, int overlap, int channels, int height, int width) {
    this.word = word;
    this.overlap = overlap;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** As figures call it. */
  public String word() {
    return word;
  }

  /** Bytes of one on its way. */
  public long bytes() {
    return SlabCodec.encodedBytes((long) overlap * channels * height * width);
  }

  /** One of them; another number gives other bytes. */
  byte[] payload(int number) {
    float[] velocity = new float[overlap * channels * height * width];
    var random = new SplittableRandom(number);
    for (int i = 0; i < velocity.length; i += VALUES_APART) {
      velocity[i] = (float) random.nextDouble(-2, 2);
    }
    return SlabCodec.encode(new Slab(overlap, channels, height, width, velocity));
  }
}
