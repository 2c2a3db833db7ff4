package dev.longtake.text;

import java.util.List;

/**
 * How a text encoder reads one prompt.
 *
 * @param text what it is given, after its marks and white space were brought into form
 * @param tokenCount tokens that it reads, the end mark included
 * @param leftOut the words at the end that do not fit; empty if all do
 * @param unknownWords words that the model has never seen, in order, each once
 */
public record PromptReading(
    String text, int tokenCount, String leftOut, List<String> unknownWords) {

  public PromptReading {
    unknownWords = List.copyOf(unknownWords);
  }
}
