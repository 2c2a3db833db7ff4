package dev.longtake.plan;

import dev.longtake.story.Reference;
import dev.longtake.story.Shot;
import dev.longtake.story.World;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts together the text that goes into the encoder. */
final class Prompts {

  private Prompts() {}

  /**
   * The shot's prompt, then the descriptions of its styles, then the camera's words, each a
   * sentence of its own: {@code a fox walks. paper cut. camera pans left}.
   */
  static String compose(Shot shot, World world) {
    Stream<String> styles =
        shot.styles().stream().flatMap(id -> world.style(id).stream()).map(Reference::description);
    return Stream.of(Stream.of(shot.prompt()), styles, Stream.of(shot.camera().promptWords()))
        .flatMap(parts -> parts)
        .map(part -> withoutFullStop(part.strip()))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(". "));
  }

  private static String withoutFullStop(String part) {
    return part.endsWith(".") ? part.substring(0, part.length() - 1).strip() : part;
  }
}
