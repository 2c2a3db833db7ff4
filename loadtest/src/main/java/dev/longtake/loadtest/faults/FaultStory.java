package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The story that is rendered: two small shots of the examples' world. Only its name differs from
 * seed to seed, so that all films are the same.
 */
final class FaultStory {

  /** Of both shots. */
  static final int CHUNKS = 5;

  private FaultStory() {}

  /**
   * Writes it, with its world.
   *
   * @param world of the examples
   */
  static Path write(Path folder, Path world, String name) {
    try (Stream<Path> files = Files.list(world)) {
      Path copy = Files.createDirectories(folder.resolve("world"));
      files.forEach(file -> copy(file, copy.resolve(file.getFileName())));
      return Files.writeString(folder.resolve("story.yaml"), text(name));
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, folder + ": " + e, e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      if (!Files.exists(to)) {
        Files.copy(from, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String name) {
    return """
    story: %s
    world: world/
    size: 64x64
    fps: 8
    seed: 7
    settings: {steps: 50}
    shots:
      - id: rhino
        scene: central-park
        cast: [rosie]
        prompt: a grey rhino with a red scarf grazes in central park
        duration: 7s
      - dissolve: 0.25s
      - id: lion
        scene: times-square
        cast: [leo]
        prompt: an orange lion walks right in times square
        duration: 1s
    """
        .formatted(name);
  }
}
