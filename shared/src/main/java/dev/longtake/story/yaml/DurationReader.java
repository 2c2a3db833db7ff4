package dev.longtake.story.yaml;

import dev.longtake.story.StoryLimits;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads durations as frames of one rate. */
record DurationReader(YamlNodes nodes, int frameRateHz) {

  /** The frames of a duration: at least one, at most those of {@code max}. */
  Optional<Integer> frames(Node node, String what, Duration max) {
    Optional<String> text = nodes.text(node, what, StoryLimits.NAME_LENGTH_MAX);
    Optional<Duration> duration = text.flatMap(DurationText::parse);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (duration.isEmpty()) {
      nodes.problem(
          node,
          "%s: expected a duration like 6s, 0.5s or 1m30s, found %s"
              .formatted(what, YamlNodes.found(node)));
      return Optional.empty();
    }
    if (duration.get().compareTo(max) > 0) {
      nodes.problem(
          node,
          "%s: expected at most %s, found %s"
              .formatted(what, DurationText.format(max), DurationText.format(duration.get())));
      return Optional.empty();
    }
    long frames = DurationText.frames(duration.get(), frameRateHz);
    if (frames < 1) {
      nodes.problem(
          node,
          "%s: expected at least one frame (%d a second), found %s"
              .formatted(what, frameRateHz, YamlNodes.found(node)));
      return Optional.empty();
    }
    if (!DurationText.isWhole(duration.get(), frameRateHz)) {
      nodes.warning(
          node,
          "%s: %s is not a whole number of frames at %d a second, %d are rendered"
              .formatted(what, text.get(), frameRateHz, frames));
    }
    return Optional.of(Math.toIntExact(frames));
  }
}
