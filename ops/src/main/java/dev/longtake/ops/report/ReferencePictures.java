package dev.longtake.ops.report;

import dev.longtake.consistency.look.Rasters;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.picture.PictureLimits;
import dev.longtake.picture.PictureReader;
import dev.longtake.picture.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The reference pictures of a film, as far as they are at hand, by the digest of their files. */
final class ReferencePictures {

  private static final int DEPTH_MAX = 4;

  private final Map<String, Pixels> pictures = new HashMap<>();

  /**
   * Looks for a film's pictures by name, and takes those that have the manifest's digest.
   *
   * @param world the folder of a world's pictures, or a story's file beside it; null: none
   * @throws LongtakeException {@code NOT_FOUND} if it is not there
   */
  ReferencePictures(@Nullable Path world, List<RenderedFilm.Picture> wanted) {
    if (world == null) {
      return;
    }
    Path folder = folder(world);
    Set<String> names = wanted.stream().map(it -> name(it.file())).collect(Collectors.toSet());
    Set<String> digests =
        wanted.stream().map(RenderedFilm.Picture::sha256).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(folder, DEPTH_MAX)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (names.contains(name(file.toString()))
            && Files.size(file) <= PictureLimits.FILE_BYTES_MAX) {
          take(Files.readAllBytes(file), digests);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "%s cannot be read: %s".formatted(folder, e), e);
    }
  }

  private static Path folder(Path world) {
    if (Files.isDirectory(world)) {
      return world;
    }
    if (!Files.isRegularFile(world)) {
      throw new LongtakeException(
          ErrorCode.NOT_FOUND,
          "--world: expected the folder of a world's pictures or a story's file, found nothing at "
              + world);
    }
    return Optional.ofNullable(world.toAbsolutePath().getParent()).orElse(world);
  }

  private static String name(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }

  private void take(byte[] file, Set<String> digests) {
    String digest = Digest.of(file).hex();
    if (digests.contains(digest)
        && PictureReader.read(file) instanceof PictureReader.Decoded decoded) {
      pictures.put(digest, Rasters.reduced(decoded.pixels()));
    }
  }

  /** A picture of this digest, if it is at hand. */
  Optional<Pixels> picture(String sha256) {
    return Optional.ofNullable(pictures.get(sha256));
  }
}
