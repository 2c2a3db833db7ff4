package dev.longtake.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What lies where a checkpoint in the diffusers layout was expected and is none, and what to name
 * instead. Looks at names, and at the first bytes of one file.
 */
final class FolderKind {

  private static final String INDEX = "model_index.json";
  private static final int NAMES_SHOWN = 5;

  private FolderKind() {}

  /** A sentence that goes on after {@code expected a checkpoint in the diffusers layout, found}. */
  static String describe(Path root) {
    if (!Files.exists(root)) {
      return "nothing: there is no such folder";
    }
    if (!Files.isDirectory(root)) {
      return file(root);
    }
    return hubCache(root)
        .or(() -> part(root))
        .or(() -> originalLayout(root))
        .or(() -> inside(root))
        .orElseGet(() -> "no " + INDEX + " among " + names(root));
  }

  private static String file(Path file) {
    FileKind kind = FileKind.of(file);
    return kind == FileKind.SAFETENSORS
        ? "a single safetensors file, as ComfyUI takes them: convert it with diffusers"
            + " (from_single_file, then save_pretrained), or name the folder that it was made from"
        : kind.sentence();
  }

  /** The cache of Hugging Face's hub, or one repository in it. */
  private static Optional<String> hubCache(Path root) {
    List<Path> repositories =
        Files.isDirectory(root.resolve("snapshots"))
            ? List.of(root)
            : children(root).stream()
                .filter(child -> child.getFileName().toString().startsWith("models--"))
                .toList();
    List<Path> snapshots =
        repositories.stream()
            .flatMap(repository -> children(repository.resolve("snapshots")).stream())
            .filter(snapshot -> Files.exists(snapshot.resolve(INDEX)))
            .toList();
    if (repositories.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        snapshots.isEmpty()
            ? "a cache of the Hugging Face hub without a diffusers checkpoint in it"
            : "a cache of the Hugging Face hub: name the snapshot inside it, " + shown(snapshots));
  }

  private static Optional<String> part(Path root) {
    Path parent = root.toAbsolutePath().normalize().getParent();
    return parent != null && Files.exists(parent.resolve(INDEX))
        ? Optional.of("one part of a checkpoint: name the folder above it, " + parent)
        : Optional.empty();
  }

  /** As Wan's own program reads it: pickles of text encoder and VAE beside the transformer. */
  private static Optional<String> originalLayout(Path root) {
    boolean isOriginal =
        children(root).stream()
            .map(child -> child.getFileName().toString())
            .anyMatch(name -> name.matches("Wan2\\.\\d_VAE\\.pth|models_t5_.*\\.pth"));
    return isOriginal
        ? Optional.of(
            "Wan's own layout: take the same checkpoint in the diffusers layout, published under a"
                + " name that ends in -Diffusers")
        : Optional.empty();
  }

  private static Optional<String> inside(Path root) {
    List<Path> checkpoints =
        children(root).stream().filter(child -> Files.exists(child.resolve(INDEX))).toList();
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of("a folder with checkpoints in it: name one of them, " + shown(checkpoints));
  }

  private static String names(Path root) {
    List<Path> children = children(root);
    return children.isEmpty()
        ? "no files at all"
        : shown(children.stream().map(Path::getFileName).toList());
  }

  private static String shown(List<Path> paths) {
    String first =
        String.join(", ", paths.stream().limit(NAMES_SHOWN).map(Path::toString).toList());
    int more = paths.size() - NAMES_SHOWN;
    return more > 0 ? first + " and %d more".formatted(more) : first;
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
