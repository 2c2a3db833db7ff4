package dev.longtake.story;

import static dev.longtake.error.Require.require;

import dev.longtake.words.Word;
import java.util.Set;
import java.util.function.Function;

/**
 * How one shot passes to the next. Each case says all there is to it: its {@link Kind}, the frames
 * it takes of both shots, and the pixels of the film while it lasts. Nothing else in the farm knows
 * one from another, except for the form on the wire.
 *
 * <p>Of the {@link #frameCount} frames of the film in which it is seen, the first {@link
 * #framesOfPrevious} show the end of the shot before, the last {@link #framesOfNext} the start of
 * the shot after, and {@link #framesShared} both.
 */
public sealed interface Transition {

  /** The kind, which names it. */
  Kind kind();

  /** Frames that it takes of the shot before it. */
  int framesOfPrevious();

  /** Frames that it takes of the shot after it. */
  int framesOfNext();

  /** Frames by which the film is shorter than its shots. */
  int framesShared();

  /**
   * One frame of the film while it lasts. Whole numbers only, so that it is the same on every
   * machine.
   *
   * @param index from 0 to {@link #frameCount}, exclusive
   * @param previous the frame of the shot before, RGB {@code (H, W, 3)}; empty from index {@link
   *     #framesOfPrevious} on
   * @param next the frame of the shot after, likewise; empty before its first
   * @return RGB {@code (H, W, 3)}
   */
  byte[] blend(int index, byte[] previous, byte[] next, FrameSize size);

  /** Frames of the film in which it is seen; 0 if there is nothing to see. */
  default int frameCount() {
    return framesOfPrevious() + framesOfNext() - framesShared();
  }

  /** For people: {@code dissolve, 4 frames}. */
  default String sentence() {
    String frames = frameCount() == 1 ? " frame" : " frames";
    return kind().word() + (frameCount() == 0 ? "" : ", " + frameCount() + frames);
  }

  /** All that decides it, as a film's manifest says it: {@code fade 8 #FF8800}. */
  default String note() {
    return kind().word() + (frameCount() == 0 ? "" : " " + frameCount());
  }

  /** What may be said of a transition beside how long it is. */
  enum Option implements Word {
    /** {@code color: white}; black if nothing is said. */
    COLOR
  }

  /**
   * What a story says of a transition.
   *
   * @param frameCount frames that it lasts; 0 of a kind that takes no time
   * @param colorRgb {@code 0xRRGGBB}; of a kind without {@link Option#COLOR} it means nothing
   */
  record Said(int frameCount, int colorRgb) {}

  /** All kinds: the word of each in a story, what may be said of it, and how it is made of that. */
  enum Kind implements Word {
    CUT("cut", Set.of(), said -> new Cut()),
    DISSOLVE("dissolve: 0.5s", Set.of(), said -> new Dissolve(said.frameCount())),
    FADE("fade: 1s", Set.of(Option.COLOR), said -> new Fade(said.frameCount(), said.colorRgb()));

    private final String example;

    @SuppressWarnings("ImmutableEnumChecker") // Made by Set.of.
    private final Set<Option> options;

    @SuppressWarnings("ImmutableEnumChecker") // Holds nothing.
    private final Function<Said, Transition> maker;

    Kind(String example, Set<Option> options, Function<Said, Transition> maker) {
      this.example = example;
      this.options = options;
      this.maker = maker;
    }

    /** How it may stand in a story: the word alone, or with how long it lasts. */
    public String example() {
      return example;
    }

    /** Whether a story says how long it lasts. */
    public boolean takesTime() {
      return !example.equals(word());
    }

    /** What else may be said of it. */
    public Set<Option> options() {
      return options;
    }

    /** The transition of what is said. */
    public Transition of(Said said) {
      return maker.apply(said);
    }
  }

  /** The next shot begins where the last one ends. */
  record Cut() implements Transition {

    @Override
    public Kind kind() {
      return Kind.CUT;
    }

    @Override
    public int framesOfPrevious() {
      return 0;
    }

    @Override
    public int framesOfNext() {
      return 0;
    }

    @Override
    public int framesShared() {
      return 0;
    }

    @Override
    public byte[] blend(int index, byte[] previous, byte[] next, FrameSize size) {
      throw new IllegalArgumentException("a cut has no frames, found index " + index);
    }
  }

  /**
   * Both shots are seen at once; the film is shorter by these frames. The next shot's weight in
   * frame j of n is {@code (j + 1) / (n + 1)}, so neither end repeats a plain frame.
   *
   * @param frameCount frames in which both are seen
   */
  record Dissolve(int frameCount) implements Transition {
    public Dissolve {
      require(frameCount > 0, "frameCount is not positive: %d", frameCount);
    }

    @Override
    public Kind kind() {
      return Kind.DISSOLVE;
    }

    @Override
    public int framesOfPrevious() {
      return frameCount;
    }

    @Override
    public int framesOfNext() {
      return frameCount;
    }

    @Override
    public int framesShared() {
      return frameCount;
    }

    @Override
    public byte[] blend(int index, byte[] previous, byte[] next, FrameSize size) {
      return Mixing.mix(previous, next, index + 1, frameCount + 1);
    }
  }

  /**
   * The last frames of the shot go to the colour and the first ones of the next come from it. The
   * film's length does not change. The shot that ends reaches the full colour in its last frame;
   * the other starts one part below it.
   *
   * @param frameCount frames in all; the first half, rounded up, belongs to the shot that ends
   * @param colorRgb {@code 0xRRGGBB}
   */
  record Fade(int frameCount, int colorRgb) implements Transition {
    public Fade {
      require(frameCount > 0, "frameCount is not positive: %d", frameCount);
      require(colorRgb >= 0 && colorRgb <= 0xFFFFFF, "colorRgb is not 0xRRGGBB: %d", colorRgb);
    }

    @Override
    public Kind kind() {
      return Kind.FADE;
    }

    @Override
    public int framesOfPrevious() {
      return (frameCount + 1) / 2;
    }

    @Override
    public int framesOfNext() {
      return frameCount / 2;
    }

    @Override
    public int framesShared() {
      return 0;
    }

    @Override
    public byte[] blend(int index, byte[] previous, byte[] next, FrameSize size) {
      int going = framesOfPrevious();
      return index < going
          ? Mixing.tint(previous, colorRgb, index + 1, going)
          : Mixing.tint(next, colorRgb, frameCount - index, framesOfNext() + 1);
    }

    @Override
    public String note() {
      return "%s %d #%06X".formatted(kind().word(), frameCount, colorRgb);
    }
  }
}
