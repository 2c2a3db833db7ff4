package dev.longtake.picture;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names what people have instead of a picture we take, whatever its name ends with. */
final class FirstBytes {

  private static final int LOOKED_AT = 64;

  private static final String AS_PNG = ": save it as PNG";
  private static final String AS_JPEG = ": export it as JPEG";

  /** A start of the file, one char a byte, and what to say of it. */
  private record Start(String bytes, String name) {}

  private static final List<Start> STARTS =
      List.of(
          new Start("GIF8", "a GIF" + AS_PNG),
          new Start("BM", "a BMP" + AS_PNG),
          new Start("II*\0\20\0\0\0CR", "a camera's raw picture (CR2)" + AS_JPEG),
          new Start("FUJIFILMCCD-RAW", "a camera's raw picture (RAF)" + AS_JPEG),
          new Start("IIU\0", "a camera's raw picture (RW2)" + AS_JPEG),
          new Start("IIRO", "a camera's raw picture (ORF)" + AS_JPEG),
          new Start("II*\0", "a TIFF, or a camera's raw picture: export it as PNG or JPEG"),
          new Start("MM\0*", "a TIFF, or a camera's raw picture: export it as PNG or JPEG"),
          new Start("II+\0", "a TIFF: export it as PNG or JPEG"),
          new Start("MM\0+", "a TIFF: export it as PNG or JPEG"),
          new Start("8BPS", "a Photoshop file (PSD): export it as PNG"),
          new Start("gimp xcf", "a GIMP file (XCF): export it as PNG"),
          new Start("\377\12", "a JPEG XL" + AS_JPEG),
          new Start("\0\0\0\14JXL ", "a JPEG XL" + AS_JPEG),
          new Start("\0\0\0\14jP  ", "a JPEG 2000" + AS_JPEG),
          new Start("\377\117\377\121", "a JPEG 2000" + AS_JPEG),
          new Start("\0\0\1\0", "an icon (ICO)" + AS_PNG),
          new Start("v/1\1", "an OpenEXR: export it as PNG in sRGB"),
          new Start("#?RADIANCE", "a Radiance HDR: export it as PNG in sRGB"),
          new Start("qoif", "a QOI" + AS_PNG),
          new Start("DDS ", "a DirectDraw texture (DDS)" + AS_PNG),
          new Start("%PDF", "a PDF: export the page as PNG"),
          new Start("%!PS", "a PostScript file: export it as PNG"),
          new Start("PK\3\4", "a ZIP archive: unpack it, or export the picture as PNG"),
          new Start("\32\105\337\243", "a video: export one frame as PNG"),
          new Start("version https://git-lfs", "a Git LFS pointer: run git lfs pull"));

  /** Brands of the ISO base media format. */
  private static final Map<String, String> BRANDS =
      Map.ofEntries(
          Map.entry("avif", "an AVIF: export it as PNG or JPEG"),
          Map.entry("avis", "an AVIF: export it as PNG or JPEG"),
          Map.entry("heic", "a HEIC photo" + AS_JPEG),
          Map.entry("heix", "a HEIC photo" + AS_JPEG),
          Map.entry("heim", "a HEIC photo" + AS_JPEG),
          Map.entry("heis", "a HEIC photo" + AS_JPEG),
          Map.entry("hevc", "a HEIC photo" + AS_JPEG),
          Map.entry("hevx", "a HEIC photo" + AS_JPEG),
          Map.entry("mif1", "a HEIF photo" + AS_JPEG),
          Map.entry("msf1", "a HEIF photo" + AS_JPEG),
          Map.entry("crx ", "a camera's raw picture (CR3)" + AS_JPEG));

  private FirstBytes() {}

  /** What the file is, as the end of a sentence, with the way out. */
  static String name(byte[] file) {
    if (file.length == 0) {
      return "an empty file";
    }
    String start =
        new String(file, 0, Math.min(LOOKED_AT, file.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("ftyp", 4)) {
      return ofBrand(start);
    }
    return STARTS.stream()
        .filter(it -> start.startsWith(it.bytes()))
        .map(Start::name)
        .findFirst()
        .orElseGet(() -> ofText(start));
  }

  /** The first brand tells; a general one (mif1) gives way to what it is compatible with. */
  private static String ofBrand(String start) {
    String name = "a video: export one frame as PNG";
    for (int at = 8; at + 4 <= start.length(); at += 4) {
      String brand = start.substring(at, at + 4);
      boolean isVersion = at == 12;
      if (!isVersion && BRANDS.containsKey(brand)) {
        name = BRANDS.get(brand);
        if (!brand.equals("mif1") && !brand.equals("msf1")) {
          return name;
        }
      }
    }
    return name;
  }

  private static String ofText(String start) {
    String text = start.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("<svg") || text.startsWith("<?xml")) {
      return "a drawing (SVG): export it as PNG";
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return "a web page: save the picture itself";
    }
    return "something else";
  }
}
