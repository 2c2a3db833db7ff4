package dev.longtake.story;

import static dev.longtake.error.Require.require;

/** Width and height of a frame, in pixels. */
public record FrameSize(int width, int height) {

  public FrameSize {
    require(width > 0, "width is not positive: %d", width);
    require(height > 0, "height is not positive: %d", height);
  }

  /** Pixels of one frame. */
  public int pixelCount() {
    return Math.multiplyExact(width, height);
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
