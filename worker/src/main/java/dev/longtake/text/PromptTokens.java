package dev.longtake.text;

import java.util.Arrays;
import java.util.List;

/** A prompt as a text encoder reads it. Immutable. */
public final class PromptTokens {

  private final int[] ids;
  private final boolean truncated;
  private final List<String> unknownWords;

  PromptTokens(int[] ids, boolean truncated, List<String> unknownWords) {
    this.ids = ids;
    this.truncated = truncated;
    this.unknownWords = List.copyOf(unknownWords);
  }

  /** The token ids, the end mark included, without padding; at least one. */
  public int[] ids() {
    return ids.clone();
  }

  /**
   * The ids followed by the padding id 0.
   *
   * @param length at least the number of ids
   */
  public int[] padded(int length) {
    if (length < ids.length) {
      throw new IllegalArgumentException(ids.length + " ids do not fit " + length);
    }
    return Arrays.copyOf(ids, length);
  }

  /** Whether words at the end were left out because the prompt was too long. */
  public boolean truncated() {
    return truncated;
  }

  /** Words that the model has never seen and that it will ignore, in order, each once. */
  public List<String> unknownWords() {
    return unknownWords;
  }
}
