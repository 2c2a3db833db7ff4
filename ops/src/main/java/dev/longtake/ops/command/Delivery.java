package dev.longtake.ops.command;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.ops.film.FilmFolder;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A story's files, brought from a farm to a folder.
 *
 * @param status of the story when they were asked for
 */
record Delivery(StoryStatus status, FilmFolder folder) {

  /**
   * Fetches what there is of a story: its film, or the clips of its finished shots.
   *
   * @param out null: below {@code films/}, by the story's name
   * @throws LongtakeException {@code WRONG_STATE} if there is nothing yet
   */
  static Delivery ofAnything(FarmClient farm, String storyId, @Nullable Path out) {
    return deliver(farm, farm.get(storyId), "a finished film or a finished shot", out);
  }

  /**
   * Fetches a story's film.
   *
   * @param out null: below {@code films/}, by the story's name
   * @throws LongtakeException {@code WRONG_STATE} if the story has none
   */
  static Delivery ofFilm(FarmClient farm, String storyId, @Nullable Path out) {
    StoryStatus status = farm.get(storyId);
    if (status.state() != StoryState.SUCCEEDED) {
      throw nothing(status, "a finished film");
    }
    return deliver(farm, status, "a finished film", out);
  }

  private static Delivery deliver(
      FarmClient farm, StoryStatus status, String expected, @Nullable Path out) {
    List<FilmFile> files = status.film().files();
    if (files.isEmpty()) {
      throw nothing(status, expected);
    }
    FilmFolder folder = out == null ? FilmFolder.of(status.name()) : new FilmFolder(out);
    folder.prepare(status.name(), files.stream().mapToLong(FilmFile::sizeBytes).sum());
    folder.deliver(farm, status);
    return new Delivery(status, folder);
  }

  private static LongtakeException nothing(StoryStatus status, String expected) {
    return new LongtakeException(
        ErrorCode.WRONG_STATE,
        "story %s: expected %s, found the story %s without one"
            .formatted(status.storyId(), expected, status.state()));
  }
}
