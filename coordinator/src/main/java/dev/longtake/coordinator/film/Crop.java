package dev.longtake.coordinator.film;

import static dev.longtake.error.Require.require;

import dev.longtake.story.FrameSize;
import java.util.Arrays;

/**
 * Cuts a film's frame from the middle of a rendered one: half of what is too much goes on either
 * side, one pixel more on the right or below where that is odd.
 */
record Crop(FrameSize rendered, FrameSize film) {

  private static final int CHANNELS = 3;

  Crop {
    require(
        film.width() <= rendered.width() && film.height() <= rendered.height(),
        "expected a film of at most %s, found %s",
        rendered,
        film);
  }

  /**
   * The film's frame, RGB {@code (H, W, 3)}.
   *
   * @param rgb rendered frames, one after the other
   * @param frame index of the one to cut
   */
  byte[] frame(byte[] rgb, int frame) {
    int renderedBytes = CHANNELS * rendered.pixelCount();
    int start = Math.multiplyExact(frame, renderedBytes);
    if (film.equals(rendered)) {
      return Arrays.copyOfRange(rgb, start, start + renderedBytes);
    }
    int left = (rendered.width() - film.width()) / 2;
    int top = (rendered.height() - film.height()) / 2;
    int lineBytes = CHANNELS * film.width();
    byte[] cut = new byte[CHANNELS * film.pixelCount()];
    for (int row = 0; row < film.height(); row++) {
      int from = start + CHANNELS * ((top + row) * rendered.width() + left);
      System.arraycopy(rgb, from, cut, row * lineBytes, lineBytes);
    }
    return cut;
  }
}
