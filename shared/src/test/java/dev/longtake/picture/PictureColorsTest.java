package dev.longtake.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.picture.PictureReader.Decoded;
import dev.longtake.picture.PictureReader.Unusable;
import java.awt.image.BufferedImage;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that look the same give the same pixels to within rounding. */
class PictureColorsTest {

  private static final int SIDE = 16;
  private static final int COUNT = SIDE * SIDE;

  /** From light in sRGB to light in these, by their published matrices. */
  private static final double[] TO_DISPLAY_P3 = {
    0.82246197, 0.17753803, 0, 0.03319420, 0.96680580, 0, 0.01708263, 0.07239744, 0.91051993,
  };

  private static final double[] TO_ADOBE = {
    0.7151256, 0.2848744, 0, 0, 1, 0, 0, 0.0411619, 0.9588381,
  };

  private static final double[] TO_REC2020 = {
    0.627404, 0.329283, 0.043313, 0.069097, 0.919540, 0.011362, 0.016391, 0.088013, 0.895595,
  };

  private static final double[] SAME = {1, 0, 0, 0, 1, 0, 0, 0, 1};

  private static final int[] ADOBE_XY = {
    31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000,
  };

  /** All kinds of colours, from 0 to 255. */
  private static final int[] COLORS =
      IntStream.range(0, 3 * COUNT).map(i -> i % 3 == 0 ? i / 3 : i * 37 % 256).toArray();

  private static final int[] GRAYS = IntStream.range(0, COUNT).toArray();

  private static double light(double coded) {
    return coded <= 0.04045 ? coded / 12.92 : Math.pow((coded + 0.055) / 1.055, 2.4);
  }

  private static double coded(double light) {
    return light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
  }

  /** The same colours said in another space. */
  private static int[] inSpace(double[] matrix, DoubleUnaryOperator coding, int sampleMax) {
    int[] samples = new int[COLORS.length];
    for (int i = 0; i < samples.length; i++) {
      double mixed = 0;
      for (int k = 0; k < 3; k++) {
        mixed += matrix[3 * (i % 3) + k] * light(COLORS[i / 3 * 3 + k] / 255.0);
      }
      double value = coding.applyAsDouble(Math.clamp(mixed, 0.0, 1.0));
      samples[i] = (int) Math.round(sampleMax * value);
    }
    return samples;
  }

  private static PngWriter rgb(int depth) {
    return new PngWriter(SIDE, SIDE, depth, PngWriter.RGB);
  }

  private static PngWriter gray(int depth) {
    return new PngWriter(SIDE, SIDE, depth, PngWriter.GRAY);
  }

  private static byte[] plain() {
    return rgb(8).file(COLORS);
  }

  private static int[] deep(int[] samples) {
    return IntStream.of(samples).map(sample -> sample * 257).toArray();
  }

  private static Decoded read(byte[] file) {
    assertThat(PictureReader.read(file)).isInstanceOf(Decoded.class);
    return (Decoded) PictureReader.read(file);
  }

  private static void assertSameLook(byte[] file, byte[] twin, int tolerance) {
    Decoded found = read(file);
    assertThat(found.notes()).isEmpty();
    byte[] expected = read(twin).pixels().rgb();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.pixels().rgb()[i] & 0xff)
          .as("byte %d", i)
          .isBetween((expected[i] & 0xff) - tolerance, (expected[i] & 0xff) + tolerance);
    }
  }

  @Test
  void read_ofSrgbSaidInAnyWay_keepsEveryByte() {
    int[] srgbXy = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};
    byte[] expected = new byte[COLORS.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) COLORS[i];
    }

    assertThat(read(plain()).pixels().rgb()).isEqualTo(expected);
    for (byte[] file :
        new byte[][] {
          rgb(8).with("sRGB", new byte[1]).with("gAMA", 100_000).file(COLORS),
          rgb(8).with("gAMA", 45_455).file(COLORS),
          rgb(8).with("gAMA", 45_455).with("cHRM", srgbXy).file(COLORS),
          rgb(8).with("cICP", new byte[] {1, 13, 0, 1}).file(COLORS),
          rgb(8).withProfile(Profiles.rgb(Profiles.SRGB, Profiles.srgbCurve())).file(COLORS),
          rgb(16).file(deep(COLORS)),
        }) {
      assertThat(read(file).pixels().rgb()).isEqualTo(expected);
    }
  }

  @Test
  void read_ofGrayInAnyDepth_isWhatItsRgbTwinIs() {
    int[] twin = IntStream.range(0, 3 * COUNT).map(i -> i / 3).toArray();
    int[] withAlpha = IntStream.range(0, 2 * COUNT).map(i -> i % 2 == 0 ? i / 2 : 255).toArray();

    assertSameLook(gray(8).file(GRAYS), rgb(8).file(twin), 0);
    assertSameLook(gray(16).file(deep(GRAYS)), rgb(8).file(twin), 0);
    assertSameLook(
        new PngWriter(SIDE, SIDE, 8, PngWriter.GRAY_ALPHA).file(withAlpha), rgb(8).file(twin), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void read_ofGrayOfFewBits_isSpreadEvenly(int depth) {
    int levels = 1 << depth;
    int[] samples = IntStream.range(0, COUNT).map(i -> i % levels).toArray();
    int[] twin = IntStream.of(samples).map(sample -> sample * 255 / (levels - 1)).toArray();

    assertSameLook(gray(depth).file(samples), gray(8).file(twin), 0);
  }

  @Test
  void read_ofAGrayJpeg_isWhatItsRgbTwinIs() {
    BufferedImage gray = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage twin = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 64; x++) {
        gray.getRaster().setSample(x, y, 0, 2 * x + y);
        twin.setRGB(x, y, 0x010101 * (2 * x + y));
      }
    }

    assertSameLook(JpegWriter.file(gray, false), JpegWriter.file(twin, false), 1);
  }

  @Test
  void read_ofDeepSamples_roundsThem() {
    assertThat(read(new PngWriter(2, 1, 16, PngWriter.GRAY).file(0x8080, 0x80FF)).pixels().rgb())
        .containsExactly(128, 128, 128, 128, 128, 128);
    assertThat(read(new PngWriter(2, 1, 16, PngWriter.GRAY).file(0x8100, 0x8101)).pixels().rgb())
        .containsExactly(128, 128, 128, 129, 129, 129);
  }

  @Test
  void read_ofDisplayP3_isWhatItsSrgbTwinIs() {
    byte[] profile = Profiles.rgb(Profiles.DISPLAY_P3, Profiles.srgbCurve());
    int[] p3 = inSpace(TO_DISPLAY_P3, PictureColorsTest::coded, 65535);

    assertSameLook(rgb(16).withProfile(profile).file(p3), plain(), 1);
    assertSameLook(rgb(16).with("cICP", new byte[] {12, 13, 0, 1}).file(p3), plain(), 1);
  }

  @Test
  void read_ofAdobeRgb_isWhatItsSrgbTwinIs() {
    double gamma = 563 / 256.0;
    byte[] profile = Profiles.rgb(Profiles.ADOBE, Profiles.power(gamma));
    int[] adobe = inSpace(TO_ADOBE, light -> Math.pow(light, 1 / gamma), 65535);

    assertSameLook(rgb(16).withProfile(profile).file(adobe), plain(), 1);
    assertSameLook(rgb(16).with("gAMA", 45_470).with("cHRM", ADOBE_XY).file(adobe), plain(), 1);
  }

  @Test
  void read_ofRec2020_isWhatItsSrgbTwinIs() {
    int[] wide = inSpace(TO_REC2020, PictureColorsTest::coded, 65535);

    assertSameLook(rgb(16).with("cICP", new byte[] {9, 13, 0, 1}).file(wide), plain(), 1);
  }

  @ParameterizedTest
  @CsvSource({"100000, 1", "55556, 1.8", "38462, 2.6"})
  void read_ofAnotherGamma_isWhatItsSrgbTwinIs(int chunk, double gamma) {
    int[] samples = inSpace(SAME, light -> Math.pow(light, 1 / gamma), 65535);

    assertSameLook(rgb(16).with("gAMA", chunk).file(samples), plain(), 1);
  }

  @Test
  void read_ofGrayWithAGamma_isWhatItsSrgbTwinIs() {
    int[] samples =
        IntStream.of(GRAYS).map(gray -> (int) Math.round(65535 * light(gray / 255.0))).toArray();
    byte[] twin = gray(8).file(GRAYS);

    assertSameLook(gray(16).with("gAMA", 100_000).file(samples), twin, 1);
    assertSameLook(gray(16).withProfile(Profiles.gray(Profiles.power(1))).file(samples), twin, 1);
  }

  @Test
  void read_ofAJpegWithAProfileInParts_usesIt() {
    BufferedImage p3 = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    BufferedImage twin = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < COUNT; i++) {
      p3.setRGB(i % SIDE, i / SIDE, 0xEA3323); // Pure red of sRGB.
      twin.setRGB(i % SIDE, i / SIDE, 0xFF0000);
    }
    byte[] profile = Profiles.rgb(Profiles.DISPLAY_P3, Profiles.srgbCurve());
    byte[] file = JpegWriter.file(p3, false);

    assertSameLook(JpegWriter.withProfile(file, profile, 1), JpegWriter.file(twin, false), 6);
    assertSameLook(
        JpegWriter.withProfile(file, profile, 3), JpegWriter.withProfile(file, profile, 1), 0);
  }

  /** Codes come before profiles, profiles before sRGB, that before gamma. */
  @Test
  void read_ofSeveralStatements_takesTheOneThatCounts() {
    byte[] linear = Profiles.rgb(Profiles.SRGB, Profiles.power(1));
    byte[] lighter = rgb(8).with("gAMA", 100_000).file(COLORS);

    assertSameLook(
        rgb(8).withProfile(linear).with("cICP", new byte[] {1, 13, 0, 1}).file(COLORS), plain(), 0);
    assertSameLook(
        rgb(8).with("gAMA", 45_455).withProfile(linear).with("sRGB", new byte[1]).file(COLORS),
        lighter,
        1);
    assertSameLook(rgb(8).with("gAMA", 100_000).with("sRGB", new byte[1]).file(COLORS), plain(), 0);
  }

  @Test
  void read_ofAProfileThatIsATable_goesThroughIt() {
    byte[] file =
        new PngWriter(2, 1, 8, PngWriter.RGB)
            .withProfile(Profiles.table(3))
            .file(255, 255, 255, 255, 0, 255);

    // Two thirds of the lightness of white: L* 66.7.
    assertPixels(file, 255, 162);
  }

  @Test
  void read_ofInksWithTheirProfile_areTheColoursTheyPrint() {
    byte[] file = JpegWriter.inks(16, 16, filled(0, 0, 0, 0));
    byte[] inverted = JpegWriter.inks(16, 16, filled(255, 255, 255, 255));
    byte[] half = JpegWriter.inks(16, 16, filled(0, 255, 255, 0));
    byte[] profile = Profiles.table(4);

    assertGray(JpegWriter.withProfile(file, profile, 1), 255);
    assertGray(JpegWriter.withProfile(JpegWriter.withAdobe(inverted, 0), profile, 2), 255);
    assertGray(JpegWriter.withProfile(JpegWriter.withAdobe(file, 0), profile, 2), 0);
    assertGray(JpegWriter.withProfile(half, profile, 1), 119); // L* 50.
  }

  /** White paper as luminance without differences: 0 of three inks, and black the other way. */
  @Test
  void read_ofInksAsLuminance_areTheColoursTheyPrint() {
    byte[] file = JpegWriter.inks(16, 16, filled(0, 128, 128, 255));

    assertGray(JpegWriter.withProfile(JpegWriter.withAdobe(file, 2), Profiles.table(4), 1), 255);
  }

  private static int[] filled(int... pixel) {
    return IntStream.range(0, 16 * 16 * 4).map(i -> pixel[i % 4]).toArray();
  }

  private static void assertGray(byte[] file, int gray) {
    Decoded found = read(file);
    assertThat(found.notes()).isEmpty();
    for (byte value : found.pixels().rgb()) {
      assertThat(value & 0xff).isBetween(gray - 2, gray + 2);
    }
  }

  private static void assertPixels(byte[] file, int... grays) {
    byte[] rgb = read(file).pixels().rgb();
    for (int i = 0; i < rgb.length; i++) {
      assertThat(rgb[i] & 0xff).isBetween(grays[i / 3] - 2, grays[i / 3] + 2);
    }
  }

  @Test
  void read_ofInksWithoutAProfile_isRefusedWithTheWayOut() {
    assertThat(PictureReader.read(JpegWriter.inks(16, 16, filled(0, 0, 0, 0))))
        .isEqualTo(
            new Unusable(
                "a JPEG in red, green and blue, or in inks with their colour profile",
                "inks (CMYK) without one: export it as sRGB"));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 18})
  void read_ofHdr_isRefusedWithTheWayOut(int transfer) {
    byte[] file = rgb(16).with("cICP", new byte[] {9, (byte) transfer, 0, 1}).file(deep(COLORS));

    assertThat(PictureReader.read(file))
        .isEqualTo(
            new Unusable(
                "colours that a screen of common brightness shows",
                "an HDR PNG: export it as SDR"));
  }

  @Test
  void read_ofAProfileThatCannotBeUsed_saysSo() {
    byte[] profile = Profiles.rgb(Profiles.DISPLAY_P3, Profiles.srgbCurve());
    profile[36] = 'x';

    for (byte[] file :
        new byte[][] {
          rgb(8).withProfile(profile).file(COLORS),
          rgb(8).withProfile(new byte[3]).file(COLORS),
          rgb(8).with("iCCP", new byte[] {'x', 0, 0, 1, 2, 3}).file(COLORS),
          rgb(8).withProfile(new byte[PictureLimits.PROFILE_BYTES_MAX + 1]).file(COLORS),
          rgb(8).withProfile(Profiles.gray(Profiles.power(1))).file(COLORS),
        }) {
      assertThat(read(file).notes())
          .containsExactly("its colour profile is damaged or of other colours, and was not used");
      assertThat(read(file).pixels().rgb()).isEqualTo(read(plain()).pixels().rgb());
    }
  }

  @Test
  void read_ofTransparentParts_laysThemOnWhite() {
    byte[] palette =
        new PngWriter(3, 1, 8, PngWriter.PALETTE)
            .with("PLTE", new byte[] {10, 20, 30, 40, 50, 60, 70, 80, 90})
            .with("tRNS", new byte[] {0, (byte) 255, 51})
            .file(0, 1, 2);

    assertBytes(palette, 255, 255, 255, 40, 50, 60, 218, 220, 222);
    assertBytes(
        new PngWriter(2, 1, 8, PngWriter.RGB)
            .with("tRNS", new byte[] {0, 1, 0, 2, 0, 3})
            .file(1, 2, 3, 1, 2, 4),
        255,
        255,
        255,
        1,
        2,
        4);
    assertBytes(
        new PngWriter(2, 1, 16, PngWriter.GRAY).with("tRNS", new byte[] {1, 2}).file(258, 0),
        255,
        255,
        255,
        0,
        0,
        0);
    assertBytes(
        new PngWriter(2, 1, 16, PngWriter.RGBA).file(0, 0, 0, 65535, 0, 65535, 0, 0x8080),
        0,
        0,
        0,
        127,
        255,
        127);
  }

  private static void assertBytes(byte[] file, int... expected) {
    byte[] rgb = read(file).pixels().rgb();
    assertThat(IntStream.range(0, rgb.length).map(i -> rgb[i] & 0xff))
        .containsExactly(box(expected));
  }

  private static Integer[] box(int[] values) {
    return IntStream.of(values).boxed().toArray(Integer[]::new);
  }
}
