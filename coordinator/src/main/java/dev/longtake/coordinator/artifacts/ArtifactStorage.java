package dev.longtake.coordinator.artifacts;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of a farm is made once and then found again: its artifacts, the index of the shots that are
 * made of them, and the checkpoints of shots that are being made. Closing it closes all.
 *
 * @param claims which tenant may name which artifact
 * @param draftMaps how models' latents look
 * @param old what of it nobody has used for long
 */
public record ArtifactStorage(
    ArtifactStore artifacts,
    ShotIndex index,
    Claims claims,
    DraftMaps draftMaps,
    CheckpointArchive checkpoints,
    OldArtifacts old)
    implements AutoCloseable {

  static final String UNFINISHED = "unfinished";

  /**
   * Opens the one in a folder, which several coordinators may share, and removes what dead
   * processes left unfinished.
   *
   * @param artifactBytesMax largest artifact it takes
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE}
   */
  public static ArtifactStorage inFolder(Path base, long artifactBytesMax) {
    Path folder = base.resolve("artifacts");
    try {
      UnfinishedFolder unfinished = UnfinishedFolder.open(folder.resolve(UNFINISHED));
      FileStore disk = Files.getFileStore(folder);
      var artifacts =
          new FolderArtifactStore(
              folder, unfinished, new UploadRoom(() -> free(disk)), artifactBytesMax);
      var entries = new FolderIndexEntries(base.resolve("index"), unfinished);
      var checkpoints = new FolderCheckpointArchive(base.resolve("checkpoints"), unfinished);
      var old = new OldFiles(folder, base.resolve("index"), unfinished);
      return new ArtifactStorage(
          artifacts,
          new ShotIndex(entries, artifacts),
          new Claims(entries),
          new DraftMaps(entries),
          checkpoints,
          old);
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, "artifacts: cannot open %s: %s".formatted(base, e), e);
    }
  }

  private static long free(FileStore disk) {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.STORAGE_FAILED,
          "artifacts: cannot tell what is free on %s: %s".formatted(disk, e),
          e);
    }
  }

  @Override
  public void close() {
    artifacts.close();
  }
}
