package dev.longtake.plan;

import static java.util.Objects.requireNonNull;

import dev.longtake.story.Reference;
import dev.longtake.story.Shot;
import dev.longtake.story.World;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a model is told to show, in words and pictures.
 *
 * @param text goes into the text encoder
 * @param negativeText what guidance leads away from; may be empty
 * @param references in the order in which they are prepended: cast, props, scene
 */
public record Prompt(String text, String negativeText, List<ReferencePicture> references) {

  public Prompt {
    requireNonNull(text, "text");
    requireNonNull(negativeText, "negativeText");
    references = List.copyOf(references);
  }

  /**
   * The prompt of a shot, with the model's negative prompt unless the shot has its own.
   *
   * @throws dev.longtake.error.LongtakeException with {@code STORY_INVALID} if the shot has more
   *     references than the model takes
   */
  static Prompt of(Shot shot, World world, ModelCard.Conditioning conditioning) {
    return new Prompt(
        text(shot, world),
        shot.text().negativePrompt().orElse(conditioning.negativePrompt()),
        ReferencePick.of(shot, world, conditioning.referenceCountMax()));
  }

  /**
   * The shot's prompt, then the descriptions of its styles, then the camera's words, each a
   * sentence of its own: {@code a fox walks. paper cut. camera pans left}.
   */
  private static String text(Shot shot, World world) {
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
