package dev.longtake.story.yaml;

import dev.longtake.story.StoryLimits;
import dev.longtake.words.NumberText;
import dev.longtake.words.Suggestion;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads values out of the nodes of one file. What cannot be read is added to the problems, with its
 * place, and comes back empty, so that reading goes on to the next mistake.
 */
final class YamlNodes {

  private static final int QUOTED_LENGTH = 60;

  private final String file;
  private final Problems problems;

  YamlNodes(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Says what is wrong with this node. */
  void problem(Node node, String sentence) {
    problems.add(file, node.getStartMark(), sentence);
  }

  /** Says what is odd about this node. */
  void warning(Node node, String sentence) {
    problems.warn(file, node.getStartMark(), sentence);
  }

  /** Keys and values; unknown and repeated keys are problems. */
  Optional<YamlMap> map(Node node, String what, Collection<String> knownKeys) {
    if (!(node instanceof MappingNode mapping)) {
      problem(node, "expected %s as keys and values, found %s".formatted(what, found(node)));
      return Optional.empty();
    }
    Map<String, Node> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
      if (!knownKeys.contains(key)) {
        problem(
            tuple.getKeyNode(),
            "%s: expected one of the keys %s, found %s%s"
                .formatted(
                    what,
                    String.join(", ", knownKeys),
                    found(tuple.getKeyNode()),
                    Suggestion.ending(key, knownKeys)));
      } else if (values.putIfAbsent(key, tuple.getValueNode()) != null) {
        problem(
            tuple.getKeyNode(),
            "%s: expected the key %s once, found it again".formatted(what, key));
      }
    }
    return Optional.of(new YamlMap(this, mapping, what, values));
  }

  /** Whether these are keys and values with this key. */
  static boolean hasKey(Node node, String key) {
    return node instanceof MappingNode mapping
        && mapping.getValue().stream()
            .anyMatch(
                tuple ->
                    tuple.getKeyNode() instanceof ScalarNode scalar
                        && scalar.getValue().equals(key));
  }

  /** Entries of a list; nothing at all counts as an empty one. */
  List<Node> list(Node node, String what, int max) {
    if (isNothing(node)) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problem(node, "%s: expected a list, found %s".formatted(what, found(node)));
      return List.of();
    }
    List<Node> entries = sequence.getValue();
    if (entries.size() > max) {
      problem(node, "%s: expected at most %d, found %d".formatted(what, max, entries.size()));
      return entries.subList(0, max);
    }
    return entries;
  }

  /**
   * Text of 1 to {@code lengthMax} characters, whatever it looks like; outer blanks are dropped.
   */
  Optional<String> text(Node node, String what, int lengthMax) {
    if (!(node instanceof ScalarNode scalar) || isNothing(node)) {
      problem(node, textExpected(node, what));
      return Optional.empty();
    }
    String text = scalar.getValue().strip();
    if (text.isEmpty()) {
      problem(node, "%s: expected text, found nothing".formatted(what));
      return Optional.empty();
    }
    if (text.length() > lengthMax) {
      problem(
          node,
          "%s: expected at most %d characters, found %d".formatted(what, lengthMax, text.length()));
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private static String textExpected(Node node, String what) {
    return switch (node) {
      case SequenceNode list when list.getFlowStyle() == FlowStyle.FLOW ->
          TextHint.sentence(what, "begins with [, which begins a list");
      case MappingNode mapping when mapping.getFlowStyle() == FlowStyle.FLOW ->
          TextHint.sentence(what, "begins with {, which begins a mapping");
      default -> "%s: expected text, found %s".formatted(what, found(node));
    };
  }

  /**
   * Text as {@link #text}, which people write freely: what YAML takes for a comment after it is
   * told to them.
   */
  Optional<String> prose(Node node, String what, int lengthMax) {
    if (node.getAnchor().isPresent()) {
      problem(node, TextHint.sentence(what, "begins with &, which names an anchor"));
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN) {
      scalar
          .getEndMark()
          .map(YamlNodes::restOfLine)
          .filter(rest -> rest.startsWith("#"))
          .ifPresent(
              comment ->
                  warning(
                      node,
                      "%s: what follows # is a comment and is not read (%s); put the text in quotes if it is meant"
                          .formatted(what, comment)));
    }
    return text(node, what, lengthMax);
  }

  private static String restOfLine(Mark end) {
    int[] buffer = end.getBuffer();
    StringBuilder rest = new StringBuilder();
    for (int i = end.getPointer(); i < buffer.length && buffer[i] != '\n'; i++) {
      rest.appendCodePoint(buffer[i]);
    }
    return rest.toString().strip();
  }

  /** An id, see {@link StoryLimits#ID}. */
  Optional<String> id(Node node, String what) {
    Optional<String> id = text(node, what, StoryLimits.NAME_LENGTH_MAX);
    if (id.isPresent() && !StoryLimits.ID.matcher(id.get()).matches()) {
      problem(
          node,
          "%s: expected 1 to 64 of a-z, 0-9 and inner hyphens, found %s"
              .formatted(what, found(node)));
      return Optional.empty();
    }
    return id;
  }

  /** A list of ids, each at most once. */
  List<Located> ids(Node node, String what) {
    List<Located> ids = new ArrayList<>();
    for (Node entry : list(node, what, StoryLimits.REFERENCES_PER_SHOT_MAX)) {
      id(entry, what)
          .ifPresent(
              id -> {
                if (ids.stream().anyMatch(other -> other.id().equals(id))) {
                  problem(entry, "%s: expected %s once, found it again".formatted(what, id));
                } else {
                  ids.add(new Located(id, entry));
                }
              });
    }
    return ids;
  }

  /** A whole number within bounds, however it is written: {@code 24}, {@code 24.0}, in quotes. */
  Optional<Long> whole(Node node, String what, long min, long max) {
    Optional<Long> value =
        NumberText.whole(plain(node))
            .filter(it -> it.bitLength() < Long.SIZE)
            .map(BigInteger::longValueExact)
            .filter(it -> it >= min && it <= max);
    if (value.isEmpty()) {
      problem(
          node,
          "%s: expected a whole number from %d to %d, found %s"
              .formatted(what, min, max, found(node)));
    }
    return value;
  }

  /** A number within bounds. */
  Optional<Double> number(Node node, String what, double min, double max) {
    Predicate<BigDecimal> fits = it -> it.doubleValue() >= min && it.doubleValue() <= max;
    String text = plain(node);
    Optional<BigDecimal> value = NumberText.decimal(text).filter(fits);
    if (value.isEmpty()) {
      String ending =
          NumberText.pointEnding(text, it -> NumberText.decimal(it).filter(fits).isPresent());
      problem(
          node,
          "%s: expected a number from %s to %s, found %s%s"
              .formatted(what, min, max, found(node), ending));
    }
    return value.map(BigDecimal::doubleValue);
  }

  /** The text of a scalar without outer blanks; of anything else none. */
  static String plain(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
  }

  /** What the node is, for the end of a sentence. */
  static String found(Node node) {
    return switch (node) {
      case ScalarNode scalar when isNothing(node) -> "nothing";
      case ScalarNode scalar -> "\"" + shortened(scalar.getValue()) + "\"";
      case SequenceNode sequence -> "a list";
      case MappingNode mapping -> "keys and values";
      default -> "something else";
    };
  }

  /** Whether a key stands there without a value. */
  static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && (scalar.getValue().isEmpty()
            || scalar.getValue().equals("~")
            || node.getTag().equals(Tag.NULL));
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= QUOTED_LENGTH ? line : line.substring(0, QUOTED_LENGTH) + "...";
  }

  /** An id and where it stands. */
  record Located(String id, Node node) {}
}
