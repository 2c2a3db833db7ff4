package dev.longtake.story.yaml;

import dev.longtake.story.PromptSyntax;
import dev.longtake.story.StoryLimits;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads what a model is told in words, and tells a person what of it will not mean anything. */
record PromptReader(YamlNodes nodes) {

  /** The key of a story, and of a shot, whose text replaces the story's. */
  static final String NEGATIVE = "negative_prompt";

  /** What is to be seen. */
  Optional<String> prompt(Node node) {
    return words(node, "prompt");
  }

  /** Words that become part of a prompt. */
  Optional<String> words(Node node, String what) {
    Optional<String> text = nodes.prose(node, what, StoryLimits.TEXT_LENGTH_MAX);
    text.map(PromptSyntax::notes).orElse(List.of()).forEach(note -> nodes.warning(node, note));
    return text;
  }

  /** What guidance leads away from; {@code ""} is a text too, the one that says nothing. */
  Optional<String> negative(YamlMap map) {
    return map.get(NEGATIVE).flatMap(this::negative);
  }

  private Optional<String> negative(Node node) {
    if (node instanceof ScalarNode scalar && isQuoted(scalar) && scalar.getValue().isBlank()) {
      return Optional.of("");
    }
    if (YamlNodes.isNothing(node)) {
      nodes.problem(node, NEGATIVE + ": expected text, or \"\" for none, found nothing");
      return Optional.empty();
    }
    return words(node, NEGATIVE);
  }

  private static boolean isQuoted(ScalarNode scalar) {
    return scalar.getScalarStyle() == ScalarStyle.DOUBLE_QUOTED
        || scalar.getScalarStyle() == ScalarStyle.SINGLE_QUOTED;
  }
}
