package dev.longtake.story;

import dev.longtake.words.Word;

/** How the camera moves during a shot. */
public enum Camera implements Word {
  /** Stands still; adds no words to the prompt. */
  STATIC(""),
  PAN_LEFT("camera pans left"),
  PAN_RIGHT("camera pans right"),
  ZOOM_IN("camera zooms in"),
  ZOOM_OUT("camera zooms out");

  private final String promptWords;

  Camera(String promptWords) {
    this.promptWords = promptWords;
  }

  /** The words that are added to the prompt; empty for {@link #STATIC}. */
  public String promptWords() {
    return promptWords;
  }
}
