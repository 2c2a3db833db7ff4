package dev.longtake.backoff;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * Numbers from 0 to less than 1 that spread pauses. Processes that start together draw different
 * ones; nothing that is rendered depends on them. Safe for any number of threads.
 */
public final class Chance implements DoubleSupplier {

  private final SplittableRandom random;

  /** The numbers of this seed. */
  public Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Numbers of this process alone. */
  public static Chance ofProcess() {
    return new Chance(new SecureRandom().nextLong());
  }

  @Override
  public synchronized double getAsDouble() {
    return random.nextDouble();
  }
}
