package dev.longtake.consistency.look;

import static dev.longtake.error.Require.require;

/** A rectangle of pixels; right and bottom are excluded. */
public record Box(int left, int top, int right, int bottom) {

  public Box {
    require(
        left >= 0 && top >= 0 && right > left && bottom > top,
        "a box from %d, %d to %d, %d",
        left,
        top,
        right,
        bottom);
  }

  /** In pixels. */
  public int width() {
    return right - left;
  }

  /** In pixels. */
  public int height() {
    return bottom - top;
  }

  int area() {
    return width() * height();
  }
}
