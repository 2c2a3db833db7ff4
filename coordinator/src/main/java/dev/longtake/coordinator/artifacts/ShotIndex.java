package dev.longtake.coordinator.artifacts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.longtake.coordinator.story.ShotResult;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds finished shots by what went into them: shot key to artifacts, one small JSON file each.
 * Safe for any number of threads. A file that cannot be read is as good as none: the shot is
 * rendered again.
 */
public final class ShotIndex {

  private static final Logger log = LoggerFactory.getLogger(ShotIndex.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long FILE_BYTES_MAX = 1 << 22;

  private final Path folder;
  private final ArtifactStore artifacts;
  private final AtomicLong nextName = new AtomicLong();

  /**
   * The index in this folder.
   *
   * @param artifacts where the results must be for an entry to count
   */
  public ShotIndex(Path folder, ArtifactStore artifacts) {
    this.folder = folder;
    this.artifacts = artifacts;
  }

  /** The result of a shot with this key, if all of it is there. */
  public Optional<ShotResult> find(Digest shotKey) {
    Path file = path(shotKey);
    try {
      if (!Files.exists(file) || Files.size(file) > FILE_BYTES_MAX) {
        return Optional.empty();
      }
      return Optional.of(parse(JSON.readTree(Files.readAllBytes(file)))).filter(this::isThere);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("shotKey={} unreadable index entry, the shot is rendered again", shotKey, e);
      return Optional.empty();
    }
  }

  private boolean isThere(ShotResult result) {
    return artifacts.contains(result.latents())
        && result.segments().stream().allMatch(artifacts::contains);
  }

  private static ShotResult parse(JsonNode root) {
    List<Digest> segments = new ArrayList<>();
    root.path("segments").forEach(node -> segments.add(new Digest(node.asText())));
    return new ShotResult(new Digest(root.path("latents").asText()), segments);
  }

  /** Remembers a result; repeating it is safe. */
  public void remember(Digest shotKey, ShotResult result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("latents", result.latents().hex());
    result.segments().forEach(digest -> root.withArray("segments").add(digest.hex()));
    try {
      Files.createDirectories(folder);
      Path written =
          folder.resolve("%s.%d.unfinished".formatted(shotKey.hex(), nextName.incrementAndGet()));
      Files.deleteIfExists(written);
      DurableFiles.write(written, JSON.writeValueAsBytes(root));
      DurableFiles.publish(written, path(shotKey));
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "shot index: cannot write %s: %s".formatted(shotKey, e), e);
    }
  }

  private Path path(Digest shotKey) {
    return folder.resolve(shotKey.hex().substring(0, 2)).resolve(shotKey.hex() + ".json");
  }
}
