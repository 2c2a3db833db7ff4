package dev.longtake.words;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What somebody probably meant by a misspelt word. */
public final class Suggestion {

  private static final int LISTED_MAX = 8;

  private record Candidate(String word, int distance) {}

  private Suggestion() {}

  /** Ends a sentence: {@code ; did you mean duration?}, or nothing if no word is near. */
  public static String ending(String found, Collection<String> known) {
    return nearest(found, known).map(word -> "; did you mean " + word + "?").orElse("");
  }

  /** The words, at most a few of them: {@code a, b, c, ...}. */
  public static String listing(Collection<String> known) {
    String words = known.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
    return known.size() > LISTED_MAX ? words + ", ..." : words;
  }

  /** The known word with the fewest typing mistakes, if they are at most a third of its letters. */
  public static Optional<String> nearest(String found, Collection<String> known) {
    return known.stream()
        .filter(
            word ->
                distance(found, word) <= Math.max(1, Math.min(found.length(), word.length()) / 3))
        .min(Comparator.comparingInt(word -> distance(found, word)));
  }

  /**
   * The known words most like a word of a text, nearest first and then in the order of the
   * alphabet; none with more typing mistakes than half of its letters.
   *
   * @param countMax how many to give at most
   */
  public static List<String> several(String found, Collection<String> known, int countMax) {
    String wanted = found.toLowerCase(Locale.ROOT);
    int distanceMax = Math.max(1, wanted.length() / 2);
    return known.stream()
        .filter(word -> word.length() > 1)
        .map(word -> new Candidate(word, distance(wanted, word)))
        .filter(candidate -> candidate.distance() <= distanceMax)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
        .limit(countMax)
        .map(Candidate::word)
        .toList();
  }

  /**
   * Letters to add, drop, change or swap with their neighbour: the optimal string alignment
   * distance.
   */
  static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > LISTED_MAX) {
      return Integer.MAX_VALUE;
    }
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
