package dev.longtake.story.yaml;

import dev.longtake.story.FrameRate;
import dev.longtake.story.StoryLimits;
import dev.longtake.words.DurationText;
import dev.longtake.words.NumberText;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads durations as frames of one rate. They are written with a unit ({@code 6s}, {@code 1m30s}),
 * as a bare number, which is of seconds, or as frames ({@code 61 frames}), which are exact whatever
 * the rate.
 */
final class DurationReader {

  private static final Pattern FRAMES =
      Pattern.compile("(\\S+?)\\s*(?:f|frames?)", Pattern.CASE_INSENSITIVE);

  private final YamlNodes nodes;
  private final FrameRate frameRate;
  private boolean rounded;

  DurationReader(YamlNodes nodes, FrameRate frameRate) {
    this.nodes = nodes;
    this.frameRate = frameRate;
  }

  /** Whether any duration so far was no whole number of frames. */
  boolean rounded() {
    return rounded;
  }

  /** The frames of a duration: at least one, at most those of {@code max}. */
  Optional<Integer> frames(Node node, String what, Duration max) {
    Optional<String> text = nodes.text(node, what, StoryLimits.NAME_LENGTH_MAX);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = FRAMES.matcher(text.get());
    if (matcher.matches() && NumberText.decimal(matcher.group(1)).isPresent()) {
      return counted(node, what, matcher.group(1), frameRate.frames(max));
    }
    Optional<Duration> duration = duration(text.get());
    if (duration.isEmpty()) {
      nodes.problem(
          node,
          "%s: expected a duration like 6s, 0.5s, 1m30s or 61 frames, found %s%s"
              .formatted(
                  what,
                  YamlNodes.found(node),
                  NumberText.pointEnding(text.get(), it -> duration(it).isPresent())));
    }
    return duration.flatMap(it -> lasting(node, what, it, max));
  }

  private static Optional<Duration> duration(String text) {
    return DurationText.parse(text)
        .or(() -> NumberText.decimal(text).flatMap(DurationText::ofSeconds));
  }

  private Optional<Integer> counted(Node node, String what, String digits, long framesMax) {
    Optional<BigInteger> count = NumberText.whole(digits);
    boolean fits =
        count
            .filter(it -> it.signum() > 0 && it.compareTo(BigInteger.valueOf(framesMax)) <= 0)
            .isPresent();
    if (!fits) {
      nodes.problem(
          node,
          "%s: expected a whole number of frames from 1 to %d, found %s"
              .formatted(what, framesMax, YamlNodes.found(node)));
      return Optional.empty();
    }
    return count.map(BigInteger::intValueExact);
  }

  private Optional<Integer> lasting(Node node, String what, Duration duration, Duration max) {
    if (duration.compareTo(max) > 0) {
      nodes.problem(
          node,
          "%s: expected at most %s, found %s"
              .formatted(what, DurationText.format(max), DurationText.format(duration)));
      return Optional.empty();
    }
    long frames = frameRate.frames(duration);
    if (frames < 1) {
      nodes.problem(
          node,
          "%s: expected at least one frame (%s a second), found %s"
              .formatted(what, frameRate, YamlNodes.found(node)));
      return Optional.empty();
    }
    if (!frameRate.isWhole(duration)) {
      noteRounding(node, what, frames);
    }
    return Optional.of(Math.toIntExact(frames));
  }

  /** At an NTSC rate no second is a whole number of frames: that is told once, of the rate. */
  private void noteRounding(Node node, String what, long frames) {
    rounded = true;
    if (frameRate.isWhole()) {
      nodes.warning(
          node,
          "%s: %s is not a whole number of frames at %s a second, %d are rendered"
              .formatted(what, YamlNodes.plain(node), frameRate, frames));
    }
  }
}
