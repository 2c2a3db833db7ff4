package dev.longtake.story.yaml;

import static java.util.Objects.requireNonNull;

/** Where the reader gets the files of a story from. Paths use forward slashes. */
@FunctionalInterface
interface Source {

  /**
   * Reads a file.
   *
   * @param folder relative to the story's folder; may begin with {@code ..}, {@code .} for itself
   * @param path inside that folder; the file must be there after following links, too
   * @param bytesMax larger files are not read
   */
  Content read(String folder, String path, int bytesMax);

  /** What came of reading. */
  sealed interface Content {

    /** The file's bytes. */
    @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
    record Found(byte[] bytes) implements Content {
      public Found {
        requireNonNull(bytes, "bytes");
      }
    }

    /** It cannot be had; {@code found} ends a sentence: {@code no such file}. */
    record Unusable(String found) implements Content {}
  }
}
