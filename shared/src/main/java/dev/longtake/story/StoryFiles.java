package dev.longtake.story;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.nio.file.Path;

/** Opens story files: the rim around {@code StoryReader}. */
public final class StoryFiles {

  private StoryFiles() {}

  /**
   * Reads and checks a story, its world and its pictures.
   *
   * @throws LongtakeException with {@link ErrorCode#STORY_INVALID} and one line per mistake, or
   *     with {@link ErrorCode#FILE_UNUSABLE} if the story file cannot be read
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static LoadedStory load(Path storyYaml) {
    throw new LongtakeException(ErrorCode.INTERNAL, "not there yet: " + storyYaml);
  }
}
