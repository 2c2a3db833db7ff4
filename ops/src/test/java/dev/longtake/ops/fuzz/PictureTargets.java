package dev.longtake.ops.fuzz;

import dev.longtake.picture.PictureReader;
import dev.longtake.testing.TestPictures;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/** Pictures of a world: on an artist's machine, and at the coordinator, which believes nobody. */
final class PictureTargets {

  /** Twenty million pixels, several times over; a header that claims more costs nothing. */
  private static final long ALLOCATION_MAX = 600L << 20;

  private static final int PNG_SIGNATURE = 8;
  private static final int PNG_CHUNK = 12;

  private PictureTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        target(
            "picture-png",
            ByteChange.with("IHDR", "PLTE", "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "eXIf", "IEND")
                .then(PictureTargets::withChecksums),
            UnaryOperator.identity(),
            () ->
                List.of(
                    TestPictures.picture("png", 8, 8, 0x996633),
                    TestPictures.pngThatClaims(4000, 4000),
                    Inputs.file("ops/examples/wooden-toy/world/corner.png"))),
        target(
            "picture-jpeg",
            ByteChange.with("\u00ff\u00c0", "\u00ff\u00c2", "Exif\0\0", "ICC_PROFILE\0", "Adobe"),
            UnaryOperator.identity(),
            () -> List.of(TestPictures.picture("jpg", 16, 16, 0x996633))),
        target(
            "picture-webp",
            ByteChange.with("RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ICCP", "EXIF", "ANMF"),
            UnaryOperator.identity(),
            PictureTargets::webp));
  }

  private static FuzzTarget target(
      String name,
      Change change,
      UnaryOperator<byte[]> form,
      java.util.function.Supplier<List<byte[]>> seeds) {
    return new FuzzTarget(
        name,
        input -> {
          var _ = PictureReader.read(form.apply(input));
        },
        Set.of(),
        ALLOCATION_MAX,
        change,
        seeds);
  }

  /** Without loss, turned by its Exif, and with loss and transparency. */
  private static List<byte[]> webp() {
    Base64.Decoder base64 = Base64.getDecoder();
    return List.of(
        base64.decode(
            "UklGRmgAAABXRUJQVlA4WAoAAAAIAAAABQAAAwAAVlA4TCgAAAAvBcAAABcgEEjU2h9qjf0XCyZa8/+iav7jTwRi"
                + "GuLS1fSPIERE/0MaRVhJRhoAAABNTQAqAAAACAABARIAAwAAAAEABgAAAAAAAA=="),
        base64.decode(
            "UklGRvoAAABXRUJQVlA4WAoAAAAQAAAAHQAAEwAAQUxQSBsAAAABFyAQSFKffI2ICAcyaZsxjzE5sbsj+h9gzS8A"
                + "VlA4ILgAAACwBgCdASoeABQAPjEWiUMiISEUBVQgAwS1ADwb+AfgB+sHGBdgP2AxAL4B9sFcZ/0DKAP0zAUt"
                + "lak7JPJaAAD+/75fc/1Nv/wa/0Bf/6A3/3/DPLz/gX+Cdvz9Yr+4oP3fIaM+//938V1R+8TszTqp1quO07XA"
                + "7sF6lQ///Zdz8uu3/4jNlrfkUs5a38iyIwL5z4NenAgq5kA2ergQVcrVwCL36m5a4nmfUBgCMMAZCQG6AWV8"
                + "oAAA"));
  }

  /** A PNG whose checksums fit its chunks, as far as there are chunks. */
  static byte[] withChecksums(byte[] png) {
    byte[] mended = png.clone();
    ByteBuffer bytes = ByteBuffer.wrap(mended);
    for (int at = PNG_SIGNATURE; at + PNG_CHUNK <= mended.length; ) {
      int length = bytes.getInt(at);
      if (length < 0 || length > mended.length - at - PNG_CHUNK) {
        return mended;
      }
      var sum = new CRC32();
      sum.update(mended, at + Integer.BYTES, Integer.BYTES + length);
      bytes.putInt(at + 2 * Integer.BYTES + length, (int) sum.getValue());
      at += PNG_CHUNK + length;
    }
    return mended;
  }
}
