package dev.longtake.story.yaml;

import dev.longtake.words.Word;

/** Colours that a story may name; others are written as {@code "#ff8800"}. */
enum NamedColor implements Word {
  BLACK(0),
  WHITE(0xFFFFFF);

  private final int rgb;

  NamedColor(int rgb) {
    this.rgb = rgb;
  }

  /** {@code 0xRRGGBB}. */
  int rgb() {
    return rgb;
  }
}
