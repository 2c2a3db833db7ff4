package dev.longtake.ops.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Everything in Longtake that reads bytes which somebody else may have written. */
final class FuzzTargets {

  private FuzzTargets() {}

  /**
   * All of them.
   *
   * @param folder for files that are read; each target has its own place in it
   */
  static List<FuzzTarget> in(Path folder) {
    return Stream.of(
            StoryTargets.in(folder),
            PictureTargets.all(),
            ModelTargets.in(folder),
            SettingTargets.in(folder),
            CodecTargets.all(),
            RequestTargets.all(),
            AnswerTargets.all())
        .flatMap(List::stream)
        .toList();
  }
}
