package dev.longtake.story;

import static dev.longtake.error.Require.require;

/** How one shot passes to the next. */
public sealed interface Transition {

  /** The next shot begins where the last one ends. */
  record Cut() implements Transition {}

  /**
   * Both shots are seen at once; the film is shorter by these frames.
   *
   * @param frameCount frames in which both are seen
   */
  record Dissolve(int frameCount) implements Transition {
    public Dissolve {
      require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    }
  }

  /**
   * The last frames of the shot go to the colour and the first ones of the next come from it. The
   * film's length does not change.
   *
   * @param frameCount frames in all; the first half, rounded up, belongs to the shot that ends
   * @param colorRgb {@code 0xRRGGBB}
   */
  record Fade(int frameCount, int colorRgb) implements Transition {
    public Fade {
      require(frameCount > 0, "frameCount is not positive: %d", frameCount);
      require(colorRgb >= 0 && colorRgb <= 0xFFFFFF, "colorRgb is not 0xRRGGBB: %d", colorRgb);
    }
  }

  /** Frames that it takes of the shot before it. */
  default int framesOfPrevious() {
    return switch (this) {
      case Cut() -> 0;
      case Dissolve(int frameCount) -> frameCount;
      case Fade(int frameCount, int colorRgb) -> (frameCount + 1) / 2;
    };
  }

  /** Frames that it takes of the shot after it. */
  default int framesOfNext() {
    return switch (this) {
      case Cut() -> 0;
      case Dissolve(int frameCount) -> frameCount;
      case Fade(int frameCount, int colorRgb) -> frameCount / 2;
    };
  }

  /** Frames by which the film is shorter than its shots. */
  default int framesShared() {
    return switch (this) {
      case Cut() -> 0;
      case Dissolve(int frameCount) -> frameCount;
      case Fade(int frameCount, int colorRgb) -> 0;
    };
  }
}
