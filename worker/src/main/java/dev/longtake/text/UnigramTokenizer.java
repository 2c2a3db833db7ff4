package dev.longtake.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.longtake.text.SentencePieceFile.Kind;
import dev.longtake.text.SentencePieceFile.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts text into the pieces of a sentencepiece unigram model: of all ways to put the text together
 * from pieces, the one with the largest sum of scores (Viterbi). A character that no piece covers
 * costs ten more than the worst piece, and then becomes the pieces of its bytes.
 *
 * @see <a href="https://arxiv.org/abs/1804.10959">Kudo, Subword Regularization, 2018</a>
 */
final class UnigramTokenizer {

  private static final char SPACE = '\u2581';
  private static final float UNKNOWN_PENALTY = 10f;

  private final SentencePieceFile model;
  private final CharacterMap characters;
  private final Map<String, Integer> ids = new HashMap<>();
  private final int[] byteIds = new int[256];
  private final float[] scores;
  private final float unknownScore;
  private final int lengthMax;

  UnigramTokenizer(SentencePieceFile model) {
    this.model = model;
    characters = new CharacterMap(model.characterMap());
    Arrays.fill(byteIds, model.unknownId());
    scores = new float[model.pieces().size()];
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    int longest = 1;
    for (int id = 0; id < scores.length; id++) {
      Piece piece = model.pieces().get(id);
      scores[id] = piece.score();
      if (piece.kind() == Kind.NORMAL) {
        least = Math.min(least, piece.score());
        most = Math.max(most, piece.score());
      }
      if (piece.kind() == Kind.NORMAL || piece.kind() == Kind.USER_DEFINED) {
        ids.putIfAbsent(piece.text(), id);
        longest = Math.max(longest, piece.text().length());
      } else if (piece.kind() == Kind.BYTE) {
        byteIds[Integer.parseInt(piece.text(), 3, 5, 16)] = id;
      }
    }
    for (int id = 0; id < scores.length; id++) {
      if (model.pieces().get(id).kind() == Kind.USER_DEFINED) {
        scores[id] = model.pieces().get(id).text().length() * most - 0.1f;
      }
    }
    unknownScore = least - UNKNOWN_PENALTY;
    lengthMax = longest;
  }

  /** Ids without an end mark, and the characters that have none. */
  record Cut(List<Integer> ids, List<String> unknown) {}

  /** Id of the end mark. */
  int endId() {
    return model.endId();
  }

  Cut encode(String text) {
    String normal = normalise(text);
    List<Integer> found = new ArrayList<>();
    Set<String> unknown = new LinkedHashSet<>();
    for (String piece : cut(normal)) {
      @Nullable Integer id = ids.get(piece);
      if (id != null) {
        found.add(id);
      } else if (model.byteFallback()) {
        for (byte each : piece.getBytes(UTF_8)) {
          found.add(byteIds[each & 0xff]);
        }
      } else {
        found.add(model.unknownId());
        unknown.add(piece);
      }
    }
    return new Cut(found, List.copyOf(unknown));
  }

  /** Characters replaced, runs of spaces made one, spaces written as the mark of a word's start. */
  private String normalise(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    var out = new StringBuilder();
    for (int at = 0; at < bytes.length; ) {
      CharacterMap.Match match = characters.at(bytes, at);
      out.append(match.replacement());
      at += match.length();
    }
    String spaced = out.toString();
    if (model.trims()) {
      spaced = spaced.replaceAll(" {2,}", " ").replaceAll("^ | $", "");
    }
    if (spaced.isEmpty()) {
      return "";
    }
    return ((model.addsPrefix() ? " " : "") + spaced).replace(' ', SPACE);
  }

  private List<String> cut(String text) {
    int length = text.length();
    float[] best = new float[length + 1];
    int[] from = new int[length + 1];
    Arrays.fill(from, -1);
    from[0] = 0;
    for (int start = 0; start < length; start++) {
      if (from[start] < 0) {
        continue;
      }
      int character = start + Character.charCount(text.codePointAt(start));
      boolean covered = false;
      for (int end = start + 1; end <= Math.min(length, start + lengthMax); end++) {
        @Nullable Integer id = ids.get(text.substring(start, end));
        if (id != null) {
          improve(best, from, start, end, scores[id]);
          covered |= end == character;
        }
      }
      if (!covered) {
        improve(best, from, start, character, unknownScore);
      }
    }
    List<String> pieces = new ArrayList<>();
    for (int end = length; end > 0; end = from[end]) {
      pieces.add(text.substring(from[end], end));
    }
    Collections.reverse(pieces);
    return pieces;
  }

  private static void improve(float[] best, int[] from, int start, int end, float score) {
    float sum = best[start] + score;
    if (from[end] < 0 || sum > best[end]) {
      best[end] = sum;
      from[end] = start;
    }
  }
}
