package dev.longtake.coordinator.api;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.plan.ModelCard;
import dev.longtake.story.Story;
import dev.longtake.story.StoryLimits;

/**
 * How long the texts may be that come along with a story or a worker and are only kept: they are
 * journaled, and what is longer than a journal reads back would take the story with it.
 */
final class PeerTexts {

  /** Characters of a file's name, as file systems have it. */
  static final int FILE_NAME_MAX = 255;

  /** Characters of a model's name, and of its version. */
  static final int MODEL_NAME_MAX = 255;

  private PeerTexts() {}

  /**
   * Checks what no rule of stories looks at.
   *
   * @throws LongtakeException with {@link ErrorCode#STORY_INVALID}
   */
  static void check(Story story) {
    story
        .world()
        .references()
        .flatMap(reference -> reference.pictures().stream())
        .forEach(
            picture ->
                require(
                    ErrorCode.STORY_INVALID,
                    "story.world: a picture's file name",
                    picture.fileName(),
                    FILE_NAME_MAX));
  }

  /**
   * Checks what a worker says of its model.
   *
   * @throws LongtakeException with {@link ErrorCode#REQUEST_INVALID}
   */
  static void check(ModelCard model) {
    ErrorCode code = ErrorCode.REQUEST_INVALID;
    require(code, "model.name", model.identity().name(), MODEL_NAME_MAX);
    require(code, "model.version", model.identity().version(), MODEL_NAME_MAX);
    require(
        code,
        "model.negative_prompt",
        model.conditioning().negativePrompt(),
        StoryLimits.TEXT_LENGTH_MAX);
  }

  private static void require(ErrorCode code, String field, String text, int max) {
    if (text.length() > max) {
      throw new LongtakeException(
          code,
          "%s: expected at most %d characters, found %d".formatted(field, max, text.length()));
    }
  }
}
