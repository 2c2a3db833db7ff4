package dev.longtake.story;

import static dev.longtake.error.Require.require;

import java.util.Optional;

/**
 * What is said about a shot in words.
 *
 * @param prompt what is to be seen
 * @param negativePrompt what guidance leads away from, in place of the model's own; an empty text
 *     leads away from nothing in particular
 */
public record ShotText(String prompt, Optional<String> negativePrompt) {

  public ShotText {
    require(!prompt.isBlank(), "expected a prompt, found none");
    requireLength("prompt", prompt);
    negativePrompt.ifPresent(text -> requireLength("negativePrompt", text));
  }

  /** A prompt alone. */
  public static ShotText of(String prompt) {
    return new ShotText(prompt, Optional.empty());
  }

  private static void requireLength(String name, String text) {
    require(
        text.length() <= StoryLimits.TEXT_LENGTH_MAX,
        "%s: expected at most %d characters, found %d",
        name,
        StoryLimits.TEXT_LENGTH_MAX,
        text.length());
  }
}
