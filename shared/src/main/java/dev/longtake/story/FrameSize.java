package dev.longtake.story;

import static dev.longtake.error.Require.require;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Width and height of a frame, in pixels. */
public record FrameSize(int width, int height) {

  /** Also as video programs and keyboards have it: {@code 832*480}, {@code 832 X 480}. */
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,6})\\s*[xX*\u00d7]\\s*([0-9]{1,6})");

  public FrameSize {
    require(width > 0, "width is not positive: %d", width);
    require(height > 0, "height is not positive: %d", height);
  }

  /** The size, if the text is one: {@code 256x160}; neither side is 0. */
  public static Optional<FrameSize> parse(String text) {
    Matcher sides = FORM.matcher(text);
    if (!sides.matches()) {
      return Optional.empty();
    }
    int width = Integer.parseInt(sides.group(1));
    int height = Integer.parseInt(sides.group(2));
    return width > 0 && height > 0 ? Optional.of(new FrameSize(width, height)) : Optional.empty();
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
