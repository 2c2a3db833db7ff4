package dev.longtake.coordinator.artifacts;

import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.PutOutcome;
import java.util.List;
import java.util.Optional;

/**
 * Checkpoints that outlive every process, shared by all coordinators of a farm. One is there whole
 * or not at all, and never changes; it is removed once nobody can go back to it. Safe for any
 * number of threads; calls wait for a disk or a network.
 *
 * <p>Each call throws a {@link LongtakeException} if it cannot be done now.
 */
public interface CheckpointArchive {

  /**
   * Keeps a checkpoint, unless the key is taken by one of the same chunk.
   *
   * @param content as {@link dev.longtake.latent.CheckpointCodec} encodes it
   */
  PutOutcome put(CheckpointKey key, byte[] content);

  /** A checkpoint as it was put; what is damaged is as good as none. */
  Optional<byte[]> read(CheckpointKey key);

  /** The stories of which anything is kept, in no order. */
  List<String> stories();

  /** What is kept of a story, in no order. */
  List<CheckpointKey> list(String storyId);

  /** Removes a checkpoint, if it is there. */
  void remove(CheckpointKey key);

  /** Removes what is kept of a shot. */
  default void removeShot(String storyId, int shotIndex) {
    list(storyId).stream().filter(key -> key.isOf(storyId, shotIndex)).forEach(this::remove);
  }
}
