package dev.longtake.story.yaml;

import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.Seed;
import dev.longtake.story.StoryLimits;
import dev.longtake.words.NumberText;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the numbers of a story that have a form of their own: its size, its rate, seeds. */
record StoryNumbers(YamlNodes nodes) {

  /** Frames a second. */
  Optional<FrameRate> frameRate(Node node) {
    String text = YamlNodes.plain(node);
    Optional<FrameRate> rate = FrameRate.parse(text);
    if (rate.isEmpty()) {
      nodes.problem(
          node,
          "fps: expected %s, found %s%s"
              .formatted(
                  FrameRate.EXPECTED,
                  YamlNodes.found(node),
                  NumberText.pointEnding(text, it -> FrameRate.parse(it).isPresent())));
    }
    return rate;
  }

  /** A seed, see {@link Seed}. */
  Optional<Long> seed(Node node) {
    String text = YamlNodes.plain(node);
    Optional<Long> seed = Seed.parse(text);
    if (seed.isEmpty()) {
      nodes.problem(
          node, "seed: expected %s, found %s".formatted(Seed.EXPECTED, YamlNodes.found(node)));
    }
    Seed.note(text).ifPresent(note -> nodes.warning(node, note));
    return seed;
  }

  /** Says once that durations of an NTSC rate were rounded. */
  void noteRounding(Node node, FrameRate rate) {
    if (!rate.isWhole()) {
      nodes.warning(
          node,
          "fps: no second is a whole number of frames at %s, durations are rounded to the nearest;"
                  .formatted(rate.spoken())
              + " write frames, like 61 frames, to say exactly");
    }
  }

  /** Width and height of the film. */
  Optional<FrameSize> size(Node node) {
    Optional<FrameSize> size = FrameSize.parse(YamlNodes.plain(node));
    if (size.isEmpty()) {
      nodes.problem(
          node, "size: expected width x height like 256x160, found " + YamlNodes.found(node));
    }
    return size.filter(it -> areSides(node, it));
  }

  private boolean areSides(Node node, FrameSize size) {
    boolean widthFits = isSide(node, "width", size.width());
    boolean heightFits = isSide(node, "height", size.height());
    return widthFits && heightFits;
  }

  private boolean isSide(Node node, String what, int side) {
    int step = StoryLimits.FRAME_SIDE_STEP;
    boolean fits =
        side >= StoryLimits.FRAME_SIDE_MIN
            && side <= StoryLimits.FRAME_SIDE_MAX
            && side % step == 0;
    if (!fits) {
      int clamped =
          Math.clamp(side + side % step, StoryLimits.FRAME_SIDE_MIN, StoryLimits.FRAME_SIDE_MAX);
      nodes.problem(
          node,
          "size: expected an even %s from %d to %d (such as %d), found %d"
              .formatted(
                  what, StoryLimits.FRAME_SIDE_MIN, StoryLimits.FRAME_SIDE_MAX, clamped, side));
    }
    return fits;
  }
}
