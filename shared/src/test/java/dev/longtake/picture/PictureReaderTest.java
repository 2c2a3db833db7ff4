package dev.longtake.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.picture.PictureReader.Decoded;
import dev.longtake.picture.PictureReader.Outcome;
import dev.longtake.picture.PictureReader.Unusable;
import dev.longtake.testing.TestPictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureReaderTest {

  /** Three pixels wide, two high; all different. */
  private static final int[] SIX = {
    1, 2, 3, 11, 12, 13, 21, 22, 23,
    31, 32, 33, 41, 42, 43, 51, 52, 53,
  };

  /** 6 x 4, orange on the left, blue on the right, the first pixel white. */
  private static final String WEBP =
      "UklGRjQAAABXRUJQVlA4TCgAAAAvBcAAABcgEEjU2h9qjf0XCyZa8/+iav7jTwRiGuLS1fSPIERE/0Ma";

  private static final String WEBP_TURNED =
      "UklGRmgAAABXRUJQVlA4WAoAAAAIAAAABQAAAwAAVlA4TCgAAAAvBcAAABcgEEjU2h9qjf0XCyZa8/+iav7jTwRi"
          + "GuLS1fSPIERE/0MaRVhJRhoAAABNTQAqAAAACAABARIAAwAAAAEABgAAAAAAAA==";

  private static final String WEBP_TRANSPARENT =
      "UklGRkwAAABXRUJQVlA4TD8AAAAvBcAAECdAkG0ziVkM4v5S1xASELr/V1UE2TYzmcaYL3kBCZHlslz8r1IbaCcU"
          + "so0AQZzCgbz+VucQ0f8QsQcA";

  /** The same 32 x 32, with loss. */
  private static final String WEBP_LOSSY =
      "UklGRoAAAABXRUJQVlA4IHQAAADQBACdASogACAAPhUIgkEhBvwEAFEsgA8G/gH4AfoB/QOQC7AfoAAm91TESe4V"
          + "cAD+//7OY+Mv/qJ3/9LD/8AEL/a3d///D9/9VuX5O/qZxclm9q//+23/9FCX4nfgyLzl3MP+TgQDT2TYGNGp"
          + "nvhbpFIAAA==";

  /** 30 x 20, with loss; the last columns half and all transparent. */
  private static final String WEBP_LOSSY_TRANSPARENT =
      "UklGRvoAAABXRUJQVlA4WAoAAAAQAAAAHQAAEwAAQUxQSBsAAAABFyAQSFKffI2ICAcyaZsxjzE5sbsj+h9gzS8A"
          + "VlA4ILgAAACwBgCdASoeABQAPjEWiUMiISEUBVQgAwS1ADwb+AfgB+sHGBdgP2AxAL4B9sFcZ/0DKAP0zAUt"
          + "lak7JPJaAAD+/75fc/1Nv/wa/0Bf/6A3/3/DPLz/gX+Cdvz9Yr+4oP3fIaM+//938V1R+8TszTqp1quO07XA"
          + "7sF6lQ///Zdz8uu3/4jNlrfkUs5a38iyIwL5z4NenAgq5kA2ergQVcrVwCL36m5a4nmfUBgCMMAZCQG6AWV8"
          + "oAAA";

  private static final String WEBP_ANIMATED =
      "UklGRqoAAABXRUJQVlA4WAoAAAACAAAABQAAAwAAQU5JTQYAAAAAAAAAAABBTk1GOgAAAAAAAAAAAAUAAAMAAGQA"
          + "AAJWUDhMIQAAAC8FwAAAF3Cgv/kXCyZa87+yav6DSoNAgDDB/6uJiP5HOABBTk1GPAAAAAAAAAAAAAUAAAMA"
          + "AGQAAABWUDhMJAAAAC8FwAAAF3Cgv/kXCyZa87+yav6DSoOZtm1jV9uNlSP6H15EAA==";

  private static byte[] webp(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static Pixels pixels(byte[] file) {
    Outcome outcome = PictureReader.read(file);
    assertThat(outcome).isInstanceOf(Decoded.class);
    return ((Decoded) outcome).pixels();
  }

  private static String found(byte[] file) {
    Outcome outcome = PictureReader.read(file);
    assertThat(outcome).isInstanceOf(Unusable.class);
    return ((Unusable) outcome).found();
  }

  private static int at(Pixels pixels, int x, int y) {
    int i = (y * pixels.width() + x) * 3;
    return ((pixels.rgb()[i] & 0xff) << 16)
        | ((pixels.rgb()[i + 1] & 0xff) << 8)
        | (pixels.rgb()[i + 2] & 0xff);
  }

  /** Whoever has rendered with such pictures finds the same bytes in the film. */
  @ParameterizedTest
  @CsvSource({"png, false", "jpeg, false", "jpeg, true"})
  void read_ofOrdinaryPictures_givesThePlatformsPixels(String format, boolean isProgressive)
      throws IOException {
    BufferedImage image = new BufferedImage(70, 45, BufferedImage.TYPE_INT_RGB);
    var random = new SplittableRandom(1);
    for (int y = 0; y < 45; y++) {
      for (int x = 0; x < 70; x++) {
        image.setRGB(x, y, random.nextInt(1 << 12) | ((x * y) << 8));
      }
    }
    byte[] file = format.equals("png") ? png(image) : JpegWriter.file(image, isProgressive);

    Pixels found = pixels(file);

    BufferedImage expected = ImageIO.read(new ByteArrayInputStream(file));
    for (int y = 0; y < 45; y++) {
      for (int x = 0; x < 70; x++) {
        assertThat(at(found, x, y)).isEqualTo(expected.getRGB(x, y) & 0xffffff);
      }
    }
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  /** The first numbers of the pixels, row by row, as they are seen. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 3x2 | 1 11 21 31 41 51",
        "1 | 3x2 | 1 11 21 31 41 51",
        "2 | 3x2 | 21 11 1 51 41 31",
        "3 | 3x2 | 51 41 31 21 11 1",
        "4 | 3x2 | 31 41 51 1 11 21",
        "5 | 2x3 | 1 31 11 41 21 51",
        "6 | 2x3 | 31 1 41 11 51 21",
        "7 | 2x3 | 51 21 41 11 31 1",
        "8 | 2x3 | 21 51 11 41 1 31",
        "9 | 3x2 | 1 11 21 31 41 51",
      })
  void read_ofATurnedPng_standsUpright(int orientation, String size, String expected) {
    byte[] file =
        new PngWriter(3, 2, 8, PngWriter.RGB).with("eXIf", JpegWriter.exif(orientation)).file(SIX);

    Pixels found = pixels(file);

    assertThat(found.width() + "x" + found.height()).isEqualTo(size);
    assertThat(IntStream.range(0, 6).mapToObj(i -> String.valueOf(found.rgb()[3 * i])))
        .containsExactly(expected.split(" "));
  }

  @Test
  void read_ofATurnedJpegOrWebp_standsUpright() {
    byte[] lying = TestPictures.picture("jpg", 32, 16, 0x336699);

    Pixels jpeg = pixels(JpegWriter.withOrientation(lying, 6));
    Pixels turned = pixels(webp(WEBP_TURNED));

    assertThat(jpeg.width()).isEqualTo(16);
    assertThat(jpeg.height()).isEqualTo(32);
    assertThat(turned.width()).isEqualTo(4);
    assertThat(turned.height()).isEqualTo(6);
    assertThat(at(turned, 3, 0)).isEqualTo(0xFFFFFF); // The first pixel is now on the right.
    assertThat(at(turned, 0, 0)).isEqualTo(0xFF8000);
    assertThat(at(turned, 0, 5)).isEqualTo(0x0040C8);
  }

  /** A damaged Exif block is no reason to refuse: the picture is all there. */
  @ParameterizedTest
  @MethodSource("dev.longtake.testing.Seeds#many")
  void read_ofADamagedExifBlock_isReadAllTheSame(long seed) {
    byte[] exif = JpegWriter.exif(6);
    var random = new SplittableRandom(seed);
    byte[] broken = Arrays.copyOf(exif, random.nextInt(exif.length + 1));
    if (broken.length > 0) {
      broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
    }

    assertThat(pixels(new PngWriter(3, 2, 8, PngWriter.RGB).with("eXIf", broken).file(SIX)).rgb())
        .hasSize(18);
  }

  @Test
  void read_ofWebp_givesItsPixels() {
    Pixels exact = pixels(webp(WEBP));
    Pixels lossy = pixels(webp(WEBP_LOSSY));

    assertThat(at(exact, 0, 0)).isEqualTo(0xFFFFFF);
    assertThat(at(exact, 1, 3)).isEqualTo(0xFF8000);
    assertThat(at(exact, 5, 3)).isEqualTo(0x0040C8);
    assertNear(at(lossy, 5, 20), 0xFF8000);
    assertNear(at(lossy, 25, 20), 0x0040C8);
  }

  @Test
  void read_ofTransparentWebp_laysItOnWhite() {
    Pixels exact = pixels(webp(WEBP_TRANSPARENT));
    Pixels lossy = pixels(webp(WEBP_LOSSY_TRANSPARENT));

    assertThat(at(exact, 5, 3)).isEqualTo(0xFFFFFF);
    assertThat(at(exact, 4, 3)).isEqualTo(0x7F9FE3);
    assertNear(at(lossy, 5, 15), 0xFF8000);
    assertNear(at(lossy, 22, 10), 0x7F9FE3);
    assertThat(at(lossy, 28, 10)).isEqualTo(0xFFFFFF);
  }

  private static void assertNear(int found, int expected) {
    for (int shift = 0; shift < 24; shift += 8) {
      assertThat(found >> shift & 0xff)
          .as("%06x for %06x", found, expected)
          .isBetween((expected >> shift & 0xff) - 4, (expected >> shift & 0xff) + 4);
    }
  }

  @Test
  void read_ofLongStrips_isRefusedWhateverWayTheyLie() {
    assertThat(PictureReader.read(new PngWriter(41, 2, 8, PngWriter.GRAY).file(new int[82])))
        .isEqualTo(new Unusable("sides of at most 20 : 1", "41 x 2"));
    assertThat(PictureReader.read(new PngWriter(2, 41, 8, PngWriter.GRAY).file(new int[82])))
        .isEqualTo(new Unusable("sides of at most 20 : 1", "2 x 41"));
    assertThat(pixels(new PngWriter(40, 2, 8, PngWriter.GRAY).file(new int[80])).width())
        .isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource({"100000, 100000", "4473, 4472", "0, 5", "-1, -1"})
  void read_ofAClaimedSize_isRefusedBeforeDecoding(int width, int height) {
    assertThat(PictureReader.read(TestPictures.pngThatClaims(width, height)))
        .isEqualTo(
            new Unusable(
                "1 to 20000000 pixels",
                Integer.toUnsignedString(width) + " x " + Integer.toUnsignedString(height)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00000018 66747970 68656963 00000000 6d696631 68656963 | a HEIC photo: export it as JPEG",
        "0000001c 66747970 6d696631 00000000 6d696631 68656963 | a HEIC photo: export it as JPEG",
        "00000014 66747970 6d696631 00000000 6d696631 | a HEIF photo: export it as JPEG",
        "0000001c 66747970 61766966 00000000 61766966 6d696631 | an AVIF: export it as PNG or JPEG",
        "0000001c 66747970 6d696631 00000000 6d696631 61766966 | an AVIF: export it as PNG or JPEG",
        "00000018 66747970 63727820 00000001 | a camera's raw picture (CR3): export it as JPEG",
        "00000018 66747970 6d703432 00000000 69736f6d | a video: export one frame as PNG",
        "1a45dfa3 01000000 | a video: export one frame as PNG",
        "49492a00 10000000 43520200 | a camera's raw picture (CR2): export it as JPEG",
        "49492a00 08000000 | a TIFF, or a camera's raw picture: export it as PNG or JPEG",
        "4d4d002a 00000008 | a TIFF, or a camera's raw picture: export it as PNG or JPEG",
        "38425053 0001 | a Photoshop file (PSD): export it as PNG",
        "0000000c 4a584c20 0d0a870a | a JPEG XL: export it as JPEG",
        "ff0a | a JPEG XL: export it as JPEG",
        "0000000c 6a502020 0d0a870a | a JPEG 2000: export it as JPEG",
        "47494638 3961 | a GIF: save it as PNG",
        "424d | a BMP: save it as PNG",
        "00000100 0100 | an icon (ICO): save it as PNG",
        "762f3101 02000000 | an OpenEXR: export it as PNG in sRGB",
        "25504446 2d312e37 | a PDF: export the page as PNG",
        "504b0304 | a ZIP archive: unpack it, or export the picture as PNG",
        "3c737667 | a drawing (SVG): export it as PNG",
        "0a3c2144 4f435459 50452068 746d6c3e | a web page: save the picture itself",
        "01020304 | something else",
      })
  void read_ofAnotherFormat_namesItWhateverItIsCalled(String hex, String name) {
    byte[] start = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(PictureReader.read(start)).isEqualTo(new Unusable("a PNG, JPEG or WebP", name));
  }

  @Test
  void read_ofOtherThingsThatPeopleHave_namesThem() {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";

    assertThat(found(new byte[0])).isEqualTo("an empty file");
    assertThat(found(pointer.getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("a Git LFS pointer: run git lfs pull");
    assertThat(found(webp(WEBP_ANIMATED))).isEqualTo("an animated WebP: export one frame as PNG");
    assertThat(found(TestPictures.picture("gif", 8, 8, 0))).isEqualTo("a GIF: save it as PNG");
  }

  /** The decoder took what is behind the end for more and more to undo, for ever. */
  @Test
  @Timeout(60)
  void read_ofAWebpThatLeadsBehindItsEnd_ends() {
    byte[] file =
        webp(
            "UklGRmgAAABXRUJQVlA4WAoAAAAIAAYABQAAAwAAVlA4TCgAAAAvBcAAABcgEH7U2h9qjf0XCyZa8/+iav7jTwRiGu"
                + "LS1fSPIERE/0MaW1hJRhoAAABNTQAAACoACAABARIAAwALAAAAAAABVlA4TAAAAAA=");

    assertThat(pixels(file).width()).isEqualTo(6);
  }

  /** Each scan goes over the whole picture: a small file could keep a worker busy for hours. */
  @Test
  void read_ofAJpegOfManyScans_isRefusedBeforeDecoding() {
    byte[] file = JpegWriter.file(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY), true);
    int scan = lastScan(file);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(file, 0, scan);
    for (int i = 0; i < 200; i++) {
      many.write(file, scan, file.length - 2 - scan);
    }
    many.write(file, file.length - 2, 2);

    assertThat(found(many.toByteArray())).matches("20\\d scans of 64 x 64");
    assertThat(pixels(file).width()).isEqualTo(64);
  }

  private static int lastScan(byte[] file) {
    int at = file.length - 2;
    while ((file[at] & 0xff) != 0xFF || (file[at + 1] & 0xff) != 0xDA) {
      at--;
    }
    return at;
  }

  /** What unpacks to far more than its picture, or beside it, costs nothing. */
  @Test
  void read_ofPackedBombs_takesOnlyWhatThePictureNeeds() {
    byte[] bomb = PngWriter.packed(new byte[16 << 20]);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("Comment\0\0".getBytes(StandardCharsets.US_ASCII));
    text.writeBytes(bomb);
    byte[] beside =
        new PngWriter(3, 2, 8, PngWriter.RGB).with("zTXt", text.toByteArray()).file(SIX);
    byte[] inside = new PngWriter(3, 2, 8, PngWriter.RGB).file(new int[3 << 18]);

    assertThat(pixels(beside).rgb()).startsWith(1, 2, 3);
    assertThat(pixels(inside).rgb()).hasSize(18);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xC3, 0xC9, 0xC5})
  void read_ofARareKindOfJpeg_isRefused(int frame) {
    byte[] file = TestPictures.picture("jpg", 16, 16, 0x808080);
    for (int i = 0; i < file.length - 1; i++) {
      if ((file[i] & 0xff) == 0xFF && (file[i + 1] & 0xff) == 0xC0) {
        file[i + 1] = (byte) frame;
      }
    }

    assertThat(found(file)).startsWith("a JPEG of a rare kind");
  }

  /** What stands after a photo's end, such as a film or a second picture, does not matter. */
  @Test
  void read_ofAJpegWithMoreBehindIt_isTheFirstPicture() {
    byte[] file = TestPictures.picture("jpg", 16, 16, 0x808080);

    assertThat(pixels(Arrays.copyOf(file, file.length + 1000)).rgb()).isEqualTo(pixels(file).rgb());
  }

  @Test
  void read_ofTooManyBytes_isRefused() {
    assertThat(PictureReader.read(new byte[PictureLimits.FILE_BYTES_MAX + 1]))
        .isEqualTo(new Unusable("at most 16777216 bytes", "16777217 bytes"));
  }

  /** Whatever was done to a file, it is read or refused, and nothing else is thrown. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("dev.longtake.testing.Seeds#many")
  void read_ofDamagedFiles_readsOrRefuses(long seed) {
    var random = new SplittableRandom(seed);
    byte[][] files = {
      TestPictures.picture("png", 20, 20, 0x336699),
      TestPictures.picture("jpg", 20, 20, 0x336699),
      webp(WEBP),
      webp(WEBP_LOSSY),
      webp(WEBP_LOSSY_TRANSPARENT),
      webp(WEBP_TRANSPARENT),
      JpegWriter.withProfile(TestPictures.picture("jpg", 20, 20, 0x336699), Profiles.table(3), 2),
    };
    byte[] sound = files[random.nextInt(files.length)];
    byte[] broken =
        random.nextInt(4) == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
    for (int i = 0; i < 1 + random.nextInt(5) && broken.length > 0; i++) {
      broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
    }

    switch (PictureReader.read(broken)) {
      case Decoded readable -> assertThat(readable.pixels().width()).isPositive();
      case Unusable unusable -> assertThat(unusable.found()).isNotBlank();
    }
  }

  @Test
  void read_ofCutFiles_saysThatTheyAre() {
    byte[] png = TestPictures.picture("png", 20, 20, 0x336699);
    byte[] jpeg = TestPictures.picture("jpg", 20, 20, 0x336699);

    assertThat(found(Arrays.copyOf(png, png.length - 5))).isEqualTo("a truncated PNG");
    assertThat(found(Arrays.copyOf(jpeg, jpeg.length - 5))).isEqualTo("a truncated JPEG");
    assertThat(found(Arrays.copyOf(webp(WEBP), 40))).isEqualTo("a truncated WebP");
    png[45] ^= 1;
    assertThat(found(png)).isEqualTo("a damaged PNG (a checksum is wrong)");
  }
}
