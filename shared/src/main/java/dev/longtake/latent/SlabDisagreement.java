package dev.longtake.latent;

import static dev.longtake.error.Require.require;

/**
 * How far two chunks are apart on their overlap before they are fused: {@code sum |l - r| / (sum
 * (|l| + |r|) / 2)} over the velocities that both have published. 0 is agreement, 1 is as far apart
 * as the velocities are large, 2 is opposition.
 *
 * <p>What they would make of the picture differs by sigma times that. Costs one pass over two slabs
 * that are there anyway.
 */
public final class SlabDisagreement {

  private SlabDisagreement() {}

  /** Of the two slabs of one boundary and step; 0 where both are nothing but zeros. */
  public static double between(Slab left, Slab right) {
    float[] l = left.velocity();
    float[] r = right.velocity();
    require(l.length == r.length, "a slab of %d numbers against one of %d", l.length, r.length);
    double apart = 0;
    double size = 0;
    for (int i = 0; i < l.length; i++) {
      apart += Math.abs(l[i] - r[i]);
      size += Math.abs(l[i]) + Math.abs(r[i]);
    }
    return size == 0 ? 0 : 2 * apart / size;
  }
}
