package dev.longtake.coordinator.artifacts.s3;

import dev.longtake.coordinator.artifacts.ArtifactStorage;
import dev.longtake.coordinator.artifacts.Claims;
import dev.longtake.coordinator.artifacts.DraftMaps;
import dev.longtake.coordinator.artifacts.OldArtifacts;
import dev.longtake.coordinator.artifacts.ShotIndex;
import dev.longtake.coordinator.artifacts.UploadRoom;
import dev.longtake.error.LongtakeException;
import dev.longtake.lifetime.Opened;
import java.time.InstantSource;

/** Artifacts, index and checkpoints of a farm in a bucket. */
public final class S3Storage {

  private S3Storage() {}

  /**
   * Opens it, if the bucket can be read and written; looks meanwhile for what ended processes have
   * left half-sent.
   *
   * @param artifactBytesMax largest artifact it takes
   * @throws LongtakeException if the bucket cannot be used, with the setting that is wrong
   */
  public static ArtifactStorage open(
      S3Settings settings, long artifactBytesMax, InstantSource clock) {
    try (var opened = new Opened()) {
      S3Bucket bucket = opened.add(new S3Bucket(settings));
      var room = new UploadRoom(settings.uploadMemory()::bytes);
      var artifacts = new S3ArtifactStore(bucket, room, artifactBytesMax, clock);
      artifacts.check();
      artifacts.put(new byte[0]); // May it be written? An artifact like any other.
      Thread.ofVirtual().name("artifact-sweep").start(artifacts::sweep);
      var entries = new S3IndexEntries(bucket);
      var index = new ShotIndex(entries, artifacts);
      var checkpoints = new S3CheckpointArchive(bucket);
      // A bucket has rules of its own for what is old.
      return opened.keep(
          new ArtifactStorage(
              artifacts,
              index,
              new Claims(entries),
              new DraftMaps(entries),
              checkpoints,
              then -> OldArtifacts.Removed.NOTHING));
    }
  }
}
