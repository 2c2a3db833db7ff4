package dev.longtake.words;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A constant that people, files and messages name by a word, as {@code pan-left}. Its enum is the
 * only list of what is allowed: readers, messages and tests of the documents all ask it.
 */
public interface Word {

  /** The constant's name in the code: {@code PAN_LEFT}. */
  String name();

  /**
   * As it is written: {@code pan-left}. A file format: a constant that is renamed keeps its word.
   */
  default String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The words of all constants, in their order. */
  static <E extends Enum<E> & Word> List<String> all(Class<E> type) {
    return Stream.of(type.getEnumConstants()).map(Word::word).toList();
  }

  /** The constant of this word. */
  static <E extends Enum<E> & Word> Optional<E> read(Class<E> type, String word) {
    return Stream.of(type.getEnumConstants()).filter(it -> it.word().equals(word)).findFirst();
  }

  /** All words as a sentence lists them: {@code cut, dissolve or fade}. */
  static <E extends Enum<E> & Word> String listing(Class<E> type) {
    return listing(all(type));
  }

  /** Words as a sentence lists them: {@code cut, dissolve or fade}. */
  static String listing(List<String> words) {
    return words.size() < 2
        ? String.join("", words)
        : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
  }
}
