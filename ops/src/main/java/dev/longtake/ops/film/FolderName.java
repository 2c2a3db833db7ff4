package dev.longtake.ops.film;

import dev.longtake.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * A folder's name made from a story's: lower case, letters and digits of any language with hyphens
 * between, short enough for every file system. Where that loses what tells two stories apart, some
 * digits of the name's digest stand for it.
 */
final class FolderName {

  /** Of 255 that file systems take: room for a suffix, and for what other programs add. */
  private static final int BYTES_MAX = 120;

  private static final int DIGEST_DIGITS = 8;

  /** Names that Windows gives to devices, whatever follows a dot. */
  private static final Set<String> RESERVED =
      Set.of(
          "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
          "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

  private FolderName() {}

  /** The name for a story of this name, e.g. {@code new-york-zoo}. */
  static String of(String storyName) {
    String plain =
        Normalizer.normalize(storyName, Normalizer.Form.NFC)
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", "-")
            .replaceAll("^-+|-+$", "");
    String digits =
        Digest.of(storyName.getBytes(StandardCharsets.UTF_8)).hex().substring(0, DIGEST_DIGITS);
    if (plain.isEmpty() || RESERVED.contains(plain)) {
      return "film-" + digits;
    }
    String cut = cut(plain);
    return cut.equals(plain) ? plain : cut.replaceAll("-+$", "") + "-" + digits;
  }

  /** At most {@link #BYTES_MAX} bytes of UTF-8, whole characters. */
  private static String cut(String name) {
    int end = 0;
    int bytes = 0;
    while (end < name.length()) {
      int character = name.codePointAt(end);
      bytes += Character.toString(character).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > BYTES_MAX) {
        break;
      }
      end += Character.charCount(character);
    }
    return name.substring(0, end);
  }
}
