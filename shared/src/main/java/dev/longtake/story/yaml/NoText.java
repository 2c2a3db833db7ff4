package dev.longtake.story.yaml;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names what people have instead of a text file, by its first bytes, with the way out. */
final class NoText {

  private static final int LOOKED_AT = 64;

  private record Start(String bytes, String name) {}

  private static final List<Start> STARTS =
      List.of(
          new Start("PK\3\4", "an office document or a ZIP archive: save it as plain text"),
          new Start("\320\317\21\340", "an office document: save it as plain text"),
          new Start("{\\rtf", "rich text (RTF): save it as plain text"),
          new Start("%PDF", "a PDF: save it as plain text"),
          new Start("\211PNG", "a picture"),
          new Start("\377\330\377", "a picture"),
          new Start("\37\213", "a compressed file (gzip): unpack it"),
          new Start("version https://git-lfs", "a Git LFS pointer: run git lfs pull"));

  private NoText() {}

  /** What the file is; empty if it may be text. */
  static Optional<String> name(byte[] file) {
    String start =
        new String(file, 0, Math.min(LOOKED_AT, file.length), StandardCharsets.ISO_8859_1);
    String text = start.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return Optional.of("a web page: save the file itself");
    }
    if (start.startsWith("ftyp", 4)) {
      return Optional.of("a film or a photo");
    }
    return STARTS.stream().filter(it -> start.startsWith(it.bytes())).map(Start::name).findFirst();
  }
}
