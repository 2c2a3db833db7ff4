package dev.longtake.loadtest.exchange;

import dev.longtake.latent.SlabKey;
import java.time.Duration;

/** A way from whoever publishes a slab to whoever reads it. Safe for any number of threads. */
interface Way extends AutoCloseable {

  /** What figures call it. */
  String word();

  /** Gets ready to carry further slabs, all of them of this size; forgets those before. */
  void begin(SlabSize size);

  /** The key of the so-manieth slab since {@link #begin}. */
  SlabKey key(int number);

  /** Publishes a slab under a key that is not taken. */
  void put(SlabKey key, byte[] payload);

  /** Reads a slab, which may be published only later. */
  byte[] get(SlabKey key);

  /** Processor time that the other side has taken; zero where it is this very process. */
  default Duration otherCpu() {
    return Duration.ZERO;
  }

  @Override
  void close();
}
