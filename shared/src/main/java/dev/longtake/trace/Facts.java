package dev.longtake.trace;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of a part: words and numbers by name, in the order in which they were added. No
 * text that people wrote belongs here, such as prompts and names of files.
 */
public record Facts(Map<String, String> words, Map<String, Long> numbers) {

  public static final Facts NONE = new Facts(Map.of(), Map.of());

  public Facts {
    words = Collections.unmodifiableMap(new LinkedHashMap<>(words));
    numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }

  /** These and one more. */
  public Facts and(String name, String word) {
    Map<String, String> more = new LinkedHashMap<>(words);
    more.put(name, word);
    return new Facts(more, numbers);
  }

  /** These and one more. */
  public Facts and(String name, long number) {
    Map<String, Long> more = new LinkedHashMap<>(numbers);
    more.put(name, number);
    return new Facts(words, more);
  }
}
