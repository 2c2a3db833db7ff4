package dev.longtake.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A story that renders in seconds: two small shots, three steps, the example's world. */
public final class TinyStory {

  static final int FRAME_COUNT = 28 + 8 - 2;

  static final String YAML =
      """
      story: Tiny
      world: world/
      size: 64x64
      fps: 8
      seed: 3
      settings: {steps: 3}
      shots:
        - id: rhino
          scene: central-park
          cast: [rosie]
          prompt: a grey rhino with a red scarf grazes in central park
          duration: 3.5s
        - dissolve: 0.25s
        - id: lion
          scene: times-square
          cast: [leo]
          prompt: an orange lion walks right in times square
          duration: 1s
      """;

  private TinyStory() {}

  /** Writes the story, with its world, into a folder. */
  static Path write(Path folder) throws IOException {
    return write(folder, YAML);
  }

  static Path write(Path folder, String yaml) throws IOException {
    Path world = Files.createDirectories(folder.resolve("world"));
    try (Stream<Path> files =
        Files.list(Repository.ROOT.resolve("ops/examples/new-york-zoo/world"))) {
      for (Path file : files.toList()) {
        Path copy = world.resolve(file.getFileName().toString());
        if (!Files.exists(copy)) {
          Files.copy(file, copy);
        }
      }
    }
    return Files.writeString(folder.resolve("story.yaml"), yaml);
  }

  public static Path model() {
    return Repository.ROOT.resolve("worker/model/toybox");
  }

  /** Copies a folder, e.g. to damage the copy. */
  public static Path copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
      }
    }
    return to;
  }
}
