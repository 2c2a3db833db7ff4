package dev.longtake.latent;

/** Counts what a header claims, without overflow: what does not fit is more than any array has. */
final class Shapes {

  private Shapes() {}

  /** The product of the axes, or {@link Long#MAX_VALUE}. */
  static long elements(int... axes) {
    long product = 1;
    for (int axis : axes) {
      product = bytes(product, axis);
    }
    return product;
  }

  /** The product, or {@link Long#MAX_VALUE}. */
  static long bytes(long elements, int bytesPerElement) {
    return elements > Long.MAX_VALUE / bytesPerElement
        ? Long.MAX_VALUE
        : elements * bytesPerElement;
  }
}
