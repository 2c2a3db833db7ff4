package dev.longtake.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the vector kernels share: loads and stores by address, sums over lanes, exp and what is made
 * of it.
 *
 * <p>Every function here gives the same bits whether it is interpreted or compiled: sums over lanes
 * follow a fixed tree (the order of {@code reduceLanes} is not specified for floats), and exp is a
 * polynomial of fused multiply-adds ({@code VectorOperators.EXP} is one routine when compiled and
 * another when interpreted).
 */
final class Lanes {

  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int COUNT = SPECIES.length();

  /** As many lanes, of half the size. */
  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final short QUIET_NAN = 0x7fc0;

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final MemorySegment ALL = Memory.ALL;

  private static final VectorShuffle<Float>[] FOLDS = folds();

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -0.00021219444f;
  // Adding it rounds a float of small magnitude to a whole number in its low bits.
  private static final float ROUND = 12582912f;
  private static final float EXP_MIN = -87f;
  private static final float EXP_MAX = 88f;

  private Lanes() {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorShuffle<Float>[] folds() {
    int steps = Integer.numberOfTrailingZeros(COUNT);
    VectorShuffle<Float>[] folds = new VectorShuffle[steps];
    for (int step = 0; step < steps; step++) {
      int distance = COUNT >> (step + 1);
      folds[step] = VectorShuffle.fromOp(SPECIES, lane -> (lane + distance) & (COUNT - 1));
    }
    return folds;
  }

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
  }

  static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
  }

  static void store(FloatVector values, long address) {
    values.intoMemorySegment(ALL, address, ORDER);
  }

  static void store(FloatVector values, long address, VectorMask<Float> mask) {
    values.intoMemorySegment(ALL, address, ORDER, mask);
  }

  /** Stores values rounded to bf16. */
  static void storeRounded(FloatVector values, long address) {
    rounded(values).intoMemorySegment(ALL, address, ORDER);
  }

  /** The same for lanes before {@code count} only. */
  static void storeRounded(FloatVector values, long address, int count) {
    rounded(values).intoMemorySegment(ALL, address, ORDER, HALVES.indexInRange(0, count));
  }

  /** The upper half of each value, to the nearest, ties to even. */
  private static ShortVector rounded(FloatVector values) {
    IntVector bits = values.reinterpretAsInts();
    IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    IntVector upper = bits.add(0x7fff).add(even).lanewise(VectorOperators.LSHR, 16);
    ShortVector halves = (ShortVector) upper.convertShape(VectorOperators.I2S, HALVES, 0);
    // A NaN's fraction could be carried away.
    return halves.blend(QUIET_NAN, values.test(VectorOperators.IS_NAN).cast(HALVES));
  }

  /** The lanes of the last, partial vector of a row: those before {@code length}. */
  static VectorMask<Float> tail(int first, int length) {
    return SPECIES.indexInRange(first, length);
  }

  static FloatVector fill(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** The sum of all lanes, halves first. */
  static float sum(FloatVector values) {
    FloatVector folded = values;
    for (VectorShuffle<Float> fold : FOLDS) {
      folded = folded.add(folded.rearrange(fold));
    }
    return folded.lane(0);
  }

  /**
   * {@code e^x} to about two units in the last place, for {@code x} clamped to [-87, 88].
   *
   * <p>{@code e^x = 2^n e^r} with {@code n} the whole number nearest to {@code x / ln 2} and {@code
   * |r| <= ln 2 / 2}; {@code e^r} by a polynomial of degree 6.
   *
   * @see <a href="https://www.netlib.org/cephes/">Cephes, expf, for the coefficients and the split
   *     of ln 2</a>
   */
  static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(EXP_MIN).min(EXP_MAX);
    FloatVector shifted = clamped.fma(fill(LOG2_E), fill(ROUND));
    FloatVector whole = shifted.sub(ROUND);
    FloatVector r = whole.fma(fill(-LN2_HIGH), clamped);
    r = whole.fma(fill(-LN2_LOW), r);
    FloatVector p = fill(0.00019875691f);
    p = p.fma(r, fill(0.0013981999f));
    p = p.fma(r, fill(0.008333452f));
    p = p.fma(r, fill(0.041665796f));
    p = p.fma(r, fill(0.16666666f));
    p = p.fma(r, fill(0.5f));
    p = p.fma(r.mul(r), r).add(1f);
    // The low bits of `shifted` are n; moved to the exponent they multiply by 2^n.
    IntVector exponent = shifted.viewAsIntegralLanes().reinterpretAsInts();
    IntVector scaled =
        exponent
            .lanewise(VectorOperators.LSHL, 23)
            .add(p.viewAsIntegralLanes().reinterpretAsInts());
    return scaled.reinterpretAsFloats();
  }

  /** {@code x / (1 + e^-x)}. */
  static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  /** {@code 0.5 x (1 + tanh u) = x / (1 + e^(-2u))}, {@code u = sqrt(2/pi) (x + 0.044715 x^3)}. */
  static FloatVector geluTanh(FloatVector x) {
    FloatVector cubic = x.mul(x).fma(fill(0.044715f), fill(1f)).mul(x);
    return x.div(exp(cubic.mul(-1.5957692f)).add(1f));
  }
}
