package dev.longtake.coordinator.film;

import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.words.Word;
import java.nio.file.Path;

/** What films are encoded with; the word stands in a film's manifest. */
enum VideoCodec implements Word {
  H264(H264Writer::new);

  /** Opens a file of one codec. */
  private interface Opening {
    FilmWriter open(Path file, FrameSize size, FrameRate frameRate);
  }

  @SuppressWarnings("ImmutableEnumChecker") // Holds nothing.
  private final Opening opening;

  VideoCodec(Opening opening) {
    this.opening = opening;
  }

  /** Opens an MP4 file for frames of this size. */
  FilmWriter open(Path file, FrameSize size, FrameRate frameRate) {
    return opening.open(file, size, frameRate);
  }
}
