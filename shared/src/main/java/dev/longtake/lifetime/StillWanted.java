package dev.longtake.lifetime;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Lets a long computation be given up from within: whoever begins it says how to find out whether
 * anybody still wants it, and its loops ask between two layers. What is not begun so is wanted.
 */
public final class StillWanted {

  private static final ScopedValue<BooleanSupplier> QUESTION = ScopedValue.newInstance();

  private StillWanted() {}

  /**
   * Computes something as long as it is wanted.
   *
   * @param isWanted asked on this thread, often; must be quick
   * @throws CancellationException if it was given up
   */
  public static boolean during(BooleanSupplier isWanted, BooleanSupplier computation) {
    return ScopedValue.where(QUESTION, isWanted).call(computation::getAsBoolean);
  }

  /**
   * Goes on if what this thread computes is still wanted.
   *
   * @throws CancellationException if not
   */
  public static void check() {
    if (QUESTION.isBound() && !QUESTION.get().getAsBoolean()) {
      throw new CancellationException("nobody wants it any more");
    }
  }
}
