package dev.longtake.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the known words that an unknown one may have meant. */
public final class NearWords {

  private record Candidate(String word, int distance) {}

  private NearWords() {}

  /**
   * The nearest of {@code known}, nearest first and then in the order of the alphabet; none that
   * would need more than half of the word's letters changed.
   *
   * @param countMax how many to give at most
   */
  public static List<String> of(String word, Collection<String> known, int countMax) {
    String wanted = word.toLowerCase(Locale.ROOT);
    int distanceMax = Math.max(1, wanted.length() / 2);
    return known.stream()
        .filter(candidate -> candidate.length() > 1)
        .map(candidate -> new Candidate(candidate, distance(wanted, candidate)))
        .filter(candidate -> candidate.distance() <= distanceMax)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
        .limit(countMax)
        .map(Candidate::word)
        .toList();
  }

  /** Letters to insert, leave out or replace to make one word of the other (Levenshtein, 1966). */
  static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] current = new int[to.length() + 1];
      current[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replaced = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        int shifted = 1 + Math.min(above[column], current[column - 1]);
        current[column] = Math.min(replaced, shifted);
      }
      above = current;
    }
    return above[to.length()];
  }
}
