package dev.longtake.loadtest.exchange;

/**
 * What one way took for slabs of one size.
 *
 * @param putsPerSecond slabs published by several callers at once
 * @param getsPerSecond slabs read by several callers at once, all of them there already
 * @param putToGetMillis50 median time from the start of publishing until whoever waits has it
 * @param putToGetMillis99 the same, of which one in a hundred takes longer
 * @param otherCpuMillis processor time of the other side for publishing and reading one slab
 */
public record Measured(
    SlabSize size,
    String way,
    double putsPerSecond,
    double getsPerSecond,
    double putToGetMillis50,
    double putToGetMillis99,
    double otherCpuMillis) {

  private static final double MB = 1e6;

  /** Megabytes (of a million bytes) published a second. */
  public double putMegabytesPerSecond() {
    return putsPerSecond * size.bytes() / MB;
  }

  /** Megabytes read a second. */
  public double getMegabytesPerSecond() {
    return getsPerSecond * size.bytes() / MB;
  }
}
