package dev.longtake.story;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the camera moves during a shot. */
public enum Camera {
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

  /** As written in story files and on the wire: {@code pan-left}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The camera with this {@link #word}. */
  public static Optional<Camera> fromWord(String word) {
    return Arrays.stream(values()).filter(camera -> camera.word().equals(word)).findFirst();
  }
}
