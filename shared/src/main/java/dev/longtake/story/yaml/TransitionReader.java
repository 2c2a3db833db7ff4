package dev.longtake.story.yaml;

import dev.longtake.story.StoryLimits;
import dev.longtake.story.Transition;
import dev.longtake.story.Transition.Kind;
import dev.longtake.words.Suggestion;
import dev.longtake.words.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads how one shot passes to the next: {@code cut}, {@code dissolve: 0.5s}, {@code fade:
 * {duration: 1s, color: white}}. Which there are, and what may be said of each, is said by {@link
 * Kind}.
 */
record TransitionReader(YamlNodes nodes, DurationReader durations) {

  private static final List<String> WORDS = Word.all(Kind.class);
  private static final String DURATION = "duration";
  private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");

  /** Whether an entry of the list of shots is meant as a transition, {@code shotKeys} or not. */
  static boolean isMeant(Node entry, List<String> shotKeys) {
    if (entry instanceof ScalarNode) {
      return true;
    }
    if (!(entry instanceof MappingNode mapping) || mapping.getValue().size() != 1) {
      return keys(entry).anyMatch(WORDS::contains) && !keys(entry).anyMatch("id"::equals);
    }
    String key = keys(entry).findFirst().orElse("");
    return !shotKeys.contains(key) && Suggestion.nearest(key, WORDS).isPresent();
  }

  private static Stream<String> keys(Node entry) {
    return entry instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .map(tuple -> tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "")
        : Stream.of();
  }

  /** The transition; empty after a problem. */
  Optional<Transition> read(Node entry) {
    if (entry instanceof ScalarNode scalar) {
      return word(scalar);
    }
    Optional<YamlMap> map = nodes.map(entry, "transition", WORDS);
    if (map.isEmpty() || map.get().values().isEmpty()) {
      return Optional.empty();
    }
    if (map.get().values().size() > 1) {
      nodes.problem(
          entry,
          "transition: expected one of %s, found several".formatted(String.join(", ", WORDS)));
      return Optional.empty();
    }
    Map.Entry<String, Node> only = map.get().values().entrySet().iterator().next();
    return Word.read(Kind.class, only.getKey()).flatMap(kind -> read(kind, only.getValue()));
  }

  private Optional<Transition> word(ScalarNode scalar) {
    Optional<Kind> kind = Word.read(Kind.class, scalar.getValue()).filter(it -> !it.takesTime());
    if (kind.isEmpty()) {
      List<String> examples = new ArrayList<>(List.of("a shot"));
      Stream.of(Kind.values()).map(Kind::example).forEach(examples::add);
      nodes.problem(
          scalar,
          "shots: expected %s, found %s%s"
              .formatted(
                  Word.listing(examples),
                  YamlNodes.found(scalar),
                  Suggestion.ending(scalar.getValue(), WORDS)));
    }
    return kind.map(it -> it.of(new Transition.Said(0, 0)));
  }

  private Optional<Transition> read(Kind kind, Node value) {
    if (!kind.takesTime()) {
      if (!YamlNodes.isNothing(value)) {
        nodes.problem(
            value,
            "%s: expected nothing more, found %s".formatted(kind.word(), YamlNodes.found(value)));
      }
      return Optional.of(kind.of(new Transition.Said(0, 0)));
    }
    if (kind.options().isEmpty() || value instanceof ScalarNode) {
      return frames(kind, value).map(count -> kind.of(new Transition.Said(count, 0)));
    }
    return withOptions(kind, value);
  }

  private Optional<Transition> withOptions(Kind kind, Node value) {
    List<String> keys = new ArrayList<>(List.of(DURATION));
    kind.options().stream().sorted().map(Word::word).forEach(keys::add);
    Optional<YamlMap> map = nodes.map(value, kind.word(), keys);
    Optional<Integer> frameCount =
        map.flatMap(it -> it.required(DURATION, "1s")).flatMap(node -> frames(kind, node));
    int color =
        map.flatMap(it -> it.get(Transition.Option.COLOR.word())).flatMap(this::color).orElse(0);
    return frameCount.map(count -> kind.of(new Transition.Said(count, color)));
  }

  private Optional<Integer> frames(Kind kind, Node value) {
    return durations.frames(value, kind.word(), StoryLimits.SHOT_DURATION_MAX);
  }

  private Optional<Integer> color(Node node) {
    Optional<String> text = nodes.text(node, "color", StoryLimits.NAME_LENGTH_MAX);
    Optional<Integer> named =
        text.flatMap(it -> Word.read(NamedColor.class, it)).map(NamedColor::rgb);
    if (text.isEmpty() || named.isPresent()) {
      return named;
    }
    if (COLOR.matcher(text.get()).matches()) {
      return Optional.of(Integer.parseInt(text.get().substring(1), 16));
    }
    nodes.problem(
        node,
        "color: expected %s or a colour in quotes like \"#ff8800\", found %s"
            .formatted(String.join(", ", Word.all(NamedColor.class)), YamlNodes.found(node)));
    return Optional.empty();
  }
}
