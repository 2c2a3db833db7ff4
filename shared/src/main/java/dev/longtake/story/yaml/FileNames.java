package dev.longtake.story.yaml;

import dev.longtake.words.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.Stream;

/** Names of files as people write them, and as disks hold them. */
public final class FileNames {

  private static final int LISTED_MAX = 10_000;

  private FileNames() {}

  /**
   * The path inside the folder; where there is none, one that looks the same: a letter with an
   * accent is one sign or two, and the disks of some machines change the one into the other.
   */
  static Path existing(Path folder, String path) {
    Path written = folder.resolve(path);
    if (Files.exists(written) || isAscii(path)) {
      return written;
    }
    for (Normalizer.Form form : List.of(Normalizer.Form.NFC, Normalizer.Form.NFD)) {
      Path other = folder.resolve(Normalizer.normalize(path, form));
      if (Files.exists(other)) {
        return other;
      }
    }
    return written;
  }

  private static boolean isAscii(String path) {
    return path.chars().allMatch(sign -> sign < 128);
  }

  /** Ends a sentence: {@code ; did you mean Rosie.PNG?}, or nothing if no name is near. */
  static String near(Path folder, String path) {
    try {
      Path written = folder.resolve(path);
      Path parent = written.getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        return "";
      }
      String name = String.valueOf(written.getFileName());
      List<String> names = names(parent);
      return names.stream()
          .filter(name::equalsIgnoreCase)
          .findFirst()
          .map(same -> "; did you mean %s?".formatted(same))
          .orElseGet(() -> Suggestion.ending(name, names));
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      return ""; // It was to help; the mistake is told without.
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.limit(LISTED_MAX).map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  /** What is wrong with a name that Java makes no path of. */
  public static String unreadable() {
    String encoding = System.getProperty("sun.jnu.encoding", "");
    return encoding.equalsIgnoreCase("UTF-8")
        ? "no valid path"
        : "a name that cannot be read under this locale (%s): start the program with LC_ALL=C.UTF-8"
            .formatted(encoding);
  }
}
