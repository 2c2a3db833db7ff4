package dev.longtake.vae;

/** Takes finished values of a result that is made in parts. */
@FunctionalInterface
public interface ValueSink {

  /**
   * Takes some.
   *
   * @param at index of the first of them in the result
   * @param values among others, those
   * @param from index of the first of them in {@code values}
   * @param count how many
   */
  void put(int at, float[] values, int from, int count);
}
