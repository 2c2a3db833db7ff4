package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.coordinator.artifacts.CheckpointArchive;
import dev.longtake.coordinator.artifacts.CheckpointNames;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentLimits;
import dev.longtake.latent.PutOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Checkpoints in a bucket, each an object under {@code checkpoints/} and its story. */
record S3CheckpointArchive(S3Bucket bucket) implements CheckpointArchive {

  private static final String ALL = "checkpoints/";

  @Override
  public PutOutcome put(CheckpointKey key, byte[] content) {
    if (bucket.create(path(key), ByteBuffer.wrap(content))) {
      return PutOutcome.STORED;
    }
    PutOutcome outcome =
        read(key).map(held -> CheckpointNames.outcome(held, content)).orElse(PutOutcome.STORED);
    if (outcome == PutOutcome.STORED) {
      bucket.replace(path(key), ByteBuffer.wrap(content)); // Damaged, left behind, or just removed.
    }
    return outcome;
  }

  @Override
  public Optional<byte[]> read(CheckpointKey key) {
    return bucket
        .open(path(key), 0)
        .map(stream -> readAll(key, stream))
        .flatMap(content -> CheckpointNames.whole(key, content));
  }

  private static byte[] readAll(CheckpointKey key, InputStream stream) {
    try (stream) {
      return stream.readNBytes(LatentLimits.CHECKPOINT_BYTES_MAX + 1);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "checkpoints: cannot read %s: %s".formatted(key, e), e);
    }
  }

  @Override
  public List<String> stories() {
    return bucket.list(ALL).stream()
        .map(name -> name.substring(ALL.length()))
        .flatMap(
            name ->
                CheckpointNames.storyId(name.substring(0, Math.max(0, name.indexOf('/')))).stream())
        .distinct()
        .toList();
  }

  @Override
  public List<CheckpointKey> list(String storyId) {
    String folder = folder(storyId);
    return bucket.list(folder).stream()
        .flatMap(name -> CheckpointNames.key(storyId, name.substring(folder.length())).stream())
        .toList();
  }

  @Override
  public void remove(CheckpointKey key) {
    bucket.remove(path(key));
  }

  private static String folder(String storyId) {
    return ALL + CheckpointNames.folder(storyId) + "/";
  }

  private static String path(CheckpointKey key) {
    return folder(key.storyId()) + CheckpointNames.name(key);
  }
}
