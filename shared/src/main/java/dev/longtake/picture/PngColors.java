package dev.longtake.picture;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a PNG says of its colours, in the order in which it counts: cICP, iCCP, sRGB, gAMA with
 * cHRM.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#4Concepts.ColourSpaces">PNG, third edition</a>, 4.3
 * @see <a href="https://www.itu.int/rec/T-REC-H.273">ITU-T H.273</a>, tables 2 and 3
 */
final class PngColors {

  static final String PROFILE_UNUSED =
      "its colour profile is damaged or of other colours, and was not used";

  private static final double[] SRGB_XY = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

  /** White, red, green and blue by their code in H.273. */
  private static final Map<Integer, double[]> PRIMARIES =
      Map.of(
          1, SRGB_XY,
          5, new double[] {0.3127, 0.3290, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06},
          6, new double[] {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070},
          7, new double[] {0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070},
          9, new double[] {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046},
          11, new double[] {0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060},
          12, new double[] {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060});

  private static final Map<Integer, Transfer> TRANSFERS =
      Map.of(
          1, Transfer.BT709,
          4, Transfer.power(2.2),
          5, Transfer.power(2.8),
          6, Transfer.BT709,
          8, Transfer.LINEAR,
          13, Transfer.SRGB,
          14, Transfer.BT709,
          15, Transfer.BT709);

  private static final int PQ = 16;
  private static final int HLG = 18;
  private static final double UNIT = 100_000;

  /** Old programs write it and mean sRGB, whose curve it is nearest to. */
  private static final double GAMMA_OF_SRGB = 0.45455;

  private static final double GAMMA_TOLERANCE = 0.005;

  private final int channels;
  private final int sampleMax;
  private byte @Nullable [] profile;
  private @Nullable ByteBuffer codes;
  private @Nullable ByteBuffer gamma;
  private @Nullable ByteBuffer chromaticities;
  private boolean isSrgb;

  PngColors(int channels, int sampleMax) {
    this.channels = channels;
    this.sampleMax = sampleMax;
  }

  void codes(ByteBuffer chunk) {
    codes = chunk;
  }

  /**
   * @param unpacked empty if the profile could not be unpacked
   */
  void profile(byte[] unpacked) {
    profile = unpacked;
  }

  void srgb() {
    isSrgb = true;
  }

  void gamma(ByteBuffer chunk) {
    gamma = chunk;
  }

  void chromaticities(ByteBuffer chunk) {
    chromaticities = chunk;
  }

  /** From the samples to sRGB; empty if there was a profile that could not be used. */
  Optional<ColorTransform> transform() throws UnusablePictureException {
    Optional<RgbSpace> coded = ofCodes();
    if (coded.isPresent()) {
      return coded.map(it -> it.transform(channels, sampleMax));
    }
    byte[] icc = profile;
    if (icc != null) {
      return IccProfile.transform(icc, channels, sampleMax);
    }
    return Optional.of(
        isSrgb
            ? untagged()
            : ofGamma().map(it -> it.transform(channels, sampleMax)).orElse(untagged()));
  }

  ColorTransform untagged() {
    return new CodedAsSrgb(channels, sampleMax);
  }

  private Optional<RgbSpace> ofCodes() throws UnusablePictureException {
    ByteBuffer chunk = codes;
    if (chunk == null || chunk.remaining() < 4) {
      return Optional.empty();
    }
    int transferCode = Byte.toUnsignedInt(chunk.get(1));
    if (transferCode == PQ || transferCode == HLG) {
      throw new UnusablePictureException(
          "colours that a screen of common brightness shows", "an HDR PNG: export it as SDR");
    }
    double[] primaries = PRIMARIES.get(Byte.toUnsignedInt(chunk.get(0)));
    Transfer transfer = TRANSFERS.get(transferCode);
    boolean isRgbInFull = chunk.get(2) == 0 && chunk.get(3) == 1;
    return primaries == null || transfer == null || !isRgbInFull
        ? Optional.empty()
        : Optional.of(RgbSpace.ofChromaticities(primaries, transfer));
  }

  private Optional<RgbSpace> ofGamma() {
    Optional<double[]> xy = xy();
    Optional<Transfer> transfer = transfer(xy.isPresent());
    if (xy.isEmpty() && transfer.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
            RgbSpace.ofChromaticities(xy.orElse(SRGB_XY), transfer.orElse(Transfer.SRGB)))
        .filter(RgbSpace::isSound);
  }

  private Optional<Transfer> transfer(boolean hasChromaticities) {
    ByteBuffer chunk = gamma;
    if (chunk == null || chunk.remaining() < 4 || chunk.getInt(0) <= 0) {
      return Optional.empty();
    }
    double exponent = chunk.getInt(0) / UNIT;
    boolean meansSrgb = Math.abs(exponent - GAMMA_OF_SRGB) < GAMMA_TOLERANCE;
    return meansSrgb && (!hasChromaticities || areOfSrgb())
        ? Optional.of(Transfer.SRGB)
        : Optional.of(Transfer.power(1 / exponent));
  }

  private boolean areOfSrgb() {
    double[] xy = xy().orElse(SRGB_XY);
    for (int i = 0; i < xy.length; i++) {
      if (Math.abs(xy[i] - SRGB_XY[i]) > 0.002) {
        return false;
      }
    }
    return true;
  }

  private Optional<double[]> xy() {
    ByteBuffer chunk = chromaticities;
    if (chunk == null || chunk.remaining() < 8 * Integer.BYTES) {
      return Optional.empty();
    }
    double[] xy = new double[8];
    for (int i = 0; i < xy.length; i++) {
      xy[i] = chunk.getInt(Integer.BYTES * i) / UNIT;
    }
    return Optional.of(xy);
  }
}
