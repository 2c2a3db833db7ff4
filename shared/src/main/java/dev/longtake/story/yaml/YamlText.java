package dev.longtake.story.yaml;

import dev.longtake.story.StoryLimits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Turns the bytes of a YAML file into nodes that know their line and column, within bounds: the
 * nesting is limited, aliases are refused (a few of them can stand for billions of nodes), and so
 * is a second document.
 */
final class YamlText {

  private static final int DEPTH_MAX = 16;

  private YamlText() {}

  /** The file's root node; empty, with the reason among the problems, if there is none. */
  static Optional<Node> root(String file, byte[] content, Problems problems) {
    Optional<String> text = text(file, content, problems);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setCodePointLimit(StoryLimits.FILE_BYTES_MAX)
            .build();
    try {
      if (!isBounded(file, text.get(), settings, problems)) {
        return Optional.empty();
      }
      Optional<Node> root = new Compose(settings).composeString(text.get());
      if (root.isEmpty()) {
        problems.add(file, "expected keys and values, found an empty file");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      problems.add(file, e.getProblemMark(), SyntaxHint.of(text.get(), e));
    } catch (YamlEngineException e) {
      problems.add(file, "expected YAML, found a mistake: " + e.getMessage());
    }
    return Optional.empty();
  }

  private static Optional<String> hint(String text, Optional<Mark> mark) {
    return mark.flatMap(
        place -> text.lines().skip(place.getLine()).findFirst().flatMap(TextHint::of));
  }

  private static Optional<String> text(String file, byte[] content, Problems problems) {
    Optional<String> other = NoText.name(content);
    if (other.isPresent()) {
      problems.add(file, "expected a text file, found " + other.get());
      return Optional.empty();
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      problems.add(
          file,
          isUtf16(content)
              ? "expected UTF-8 text, found UTF-16: save it as UTF-8"
              : "expected UTF-8 text, found other bytes: save it as UTF-8");
      return Optional.empty();
    }
  }

  private static boolean isUtf16(byte[] content) {
    return content.length >= 2
        && ((content[0] == (byte) 0xFF && content[1] == (byte) 0xFE)
            || (content[0] == (byte) 0xFE && content[1] == (byte) 0xFF));
  }

  /** Looks at the events first: they come one by one, without a stack that could overflow. */
  private static boolean isBounded(
      String file, String text, LoadSettings settings, Problems problems) {
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event) {
        case CollectionStartEvent start -> depth++;
        case CollectionEndEvent end -> depth--;
        case DocumentStartEvent start -> documents++;
        case AliasEvent alias -> {
          problems.add(
              file,
              alias.getStartMark(),
              hint(text, alias.getStartMark())
                  .orElse(
                      "expected a value, found the alias *%s; write the value out"
                          .formatted(alias.getAlias())));
          return false;
        }
        default -> {
          // Scalars and the stream's ends bound themselves.
        }
      }
      if (depth > DEPTH_MAX) {
        problems.add(
            file,
            event.getStartMark(),
            "expected at most %d levels of nesting, found more".formatted(DEPTH_MAX));
        return false;
      }
      if (documents > 1) {
        problems.add(
            file, event.getStartMark(), "expected one document, found a second one after ---");
        return false;
      }
    }
    return true;
  }
}
