package dev.longtake.ops.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What targets begin with, and where it lies. */
final class Inputs {

  /** Tests run in the folder of their module. */
  private static final Path KEPT = Path.of("src/test/resources/fuzz");

  private static final Path REPOSITORY = Path.of("..");

  private Inputs() {}

  /** A file of the repository. */
  static byte[] file(String path) {
    return bytes(REPOSITORY.resolve(path));
  }

  /** Where a file of the repository lies. */
  static Path path(String path) {
    return REPOSITORY.resolve(path).toAbsolutePath().normalize();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Where what was found for a target is kept. */
  static Path kept(String target) {
    return KEPT.resolve(target);
  }

  /** What was found for it: inputs that broke a promise once, and others that lead far in. */
  static List<byte[]> found(FuzzTarget target) {
    Path folder = kept(target.name());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(Inputs::bytes).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that a target begins with. */
  static List<byte[]> of(FuzzTarget target) {
    List<byte[]> all = new ArrayList<>(target.seeds().get());
    all.addAll(found(target));
    return all;
  }

  /** What is in a file. */
  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder that is there. */
  static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
