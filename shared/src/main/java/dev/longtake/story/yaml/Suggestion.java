package dev.longtake.story.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;

/** What somebody probably meant by a misspelt word. */
final class Suggestion {

  private static final int LISTED_MAX = 8;

  private Suggestion() {}

  /** Ends a sentence: {@code ; did you mean duration?}, or nothing if no word is near. */
  static String ending(String found, Collection<String> known) {
    return nearest(found, known).map(word -> "; did you mean " + word + "?").orElse("");
  }

  /** The words, at most a few of them: {@code a, b, c, ...}. */
  static String listing(Collection<String> known) {
    String words = known.stream().limit(LISTED_MAX).collect(Collectors.joining(", "));
    return known.size() > LISTED_MAX ? words + ", ..." : words;
  }

  /** The known word with the fewest typing mistakes, if they are at most a third of its letters. */
  static Optional<String> nearest(String found, Collection<String> known) {
    return known.stream()
        .filter(
            word ->
                distance(found, word) <= Math.max(1, Math.min(found.length(), word.length()) / 3))
        .min(Comparator.comparingInt(word -> distance(found, word)));
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
