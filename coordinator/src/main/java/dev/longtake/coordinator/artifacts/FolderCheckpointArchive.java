package dev.longtake.coordinator.artifacts;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.PutOutcome;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoints in a folder: one for each story, one file for each checkpoint. */
final class FolderCheckpointArchive implements CheckpointArchive {

  private static final Logger log = LoggerFactory.getLogger(FolderCheckpointArchive.class);

  private final Path folder;
  private final UnfinishedFolder unfinished;

  /**
   * The checkpoints in this folder.
   *
   * @param unfinished on the same disk
   */
  FolderCheckpointArchive(Path folder, UnfinishedFolder unfinished) {
    this.folder = folder;
    this.unfinished = unfinished;
  }

  @Override
  public PutOutcome put(CheckpointKey key, byte[] content) {
    PutOutcome outcome =
        read(key).map(held -> CheckpointNames.outcome(held, content)).orElse(PutOutcome.STORED);
    if (outcome != PutOutcome.STORED) {
      return outcome;
    }
    Path written = unfinished.next();
    try {
      DurableFiles.write(written, content);
      // What is damaged is written over; two who come at the same moment write the same.
      DurableFiles.publish(written, path(key));
      return PutOutcome.STORED;
    } catch (IOException e) {
      throw unusable(key.toString(), e);
    } finally {
      discard(written);
    }
  }

  private static void discard(Path written) {
    try {
      Files.deleteIfExists(written);
    } catch (IOException e) {
      log.warn("{} is unfinished and cannot be removed: {}", written, e.toString());
    }
  }

  @Override
  public Optional<byte[]> read(CheckpointKey key) {
    try {
      return CheckpointNames.whole(key, Files.readAllBytes(path(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unusable(key.toString(), e);
    }
  }

  @Override
  public List<String> stories() {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .flatMap(it -> CheckpointNames.storyId(it.getFileName().toString()).stream())
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw unusable("all stories", e);
    }
  }

  @Override
  public List<CheckpointKey> list(String storyId) {
    try (Stream<Path> files = Files.list(folder(storyId))) {
      return files
          .flatMap(file -> CheckpointNames.key(storyId, file.getFileName().toString()).stream())
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw unusable(storyId, e);
    }
  }

  @Override
  public void remove(CheckpointKey key) {
    try {
      Files.deleteIfExists(path(key));
      Files.deleteIfExists(folder(key.storyId()));
    } catch (DirectoryNotEmptyException e) {
      return; // There are others.
    } catch (IOException e) {
      throw unusable(key.toString(), e);
    }
  }

  private Path folder(String storyId) {
    return folder.resolve(CheckpointNames.folder(storyId));
  }

  private Path path(CheckpointKey key) {
    return folder(key.storyId()).resolve(CheckpointNames.name(key));
  }

  private static LongtakeException unusable(String what, IOException cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE,
        "checkpoints: cannot use the files of %s: %s".formatted(what, cause),
        cause);
  }
}
