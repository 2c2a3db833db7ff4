package dev.longtake.latent;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.time.Duration;
import java.util.Optional;

/**
 * Holds slabs between the chunk that publishes and the one that reads them, and the checkpoints
 * from which a chunk goes on elsewhere. Nothing is decided by it: what it holds is immutable and
 * can be made again. Safe for any number of threads.
 *
 * <p>Somebody waits for a slab and nobody for a checkpoint. So a slab is never given up: one for
 * which there is no room is refused, and its chunk comes again. Checkpoints may take half of the
 * store and no more; the oldest are given up for newer ones, and for slabs.
 */
public interface LatentStore extends AutoCloseable {

  /**
   * Stores a slab, unless the key is taken. Checkpoints are given up if there is no room.
   *
   * @param payload as {@link SlabCodec} gives it; not changed by anyone afterwards
   * @throws LongtakeException with {@link ErrorCode#LIMIT_REACHED} if the store is full of slabs,
   *     {@link ErrorCode#UNAVAILABLE} if it is closed or has lost its members
   */
  PutOutcome put(SlabKey key, byte[] payload);

  /**
   * Waits until the slab is there.
   *
   * @return its payload, not to be changed; empty when {@code timeout} has passed
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the store is or gets closed, or
   *     the thread is interrupted (the flag stays set)
   */
  Optional<byte[]> await(SlabKey key, Duration timeout);

  /**
   * Stores a checkpoint, unless the key is taken. The oldest ones are given up if there is no room.
   *
   * @param content as {@link CheckpointCodec} gives it; not changed by anyone afterwards
   * @throws LongtakeException as {@link #put(SlabKey, byte[])} does
   */
  PutOutcome putCheckpoint(CheckpointKey key, byte[] content);

  /**
   * A checkpoint, if it is there; not to be changed.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the store is closed
   */
  Optional<byte[]> checkpoint(CheckpointKey key);

  /**
   * Forgets both sides' slabs of a boundary, of steps from {@code firstStep} to before {@code
   * endStep}.
   */
  void removeSlabs(String storyId, int shotIndex, int boundaryIndex, int firstStep, int endStep);

  /** Forgets a chunk's checkpoints at steps from {@code firstStep} to before {@code endStep}. */
  void removeCheckpoints(String storyId, int shotIndex, int chunkIndex, int firstStep, int endStep);

  /** Forgets all slabs and checkpoints of a shot. Waiting readers keep waiting. */
  void removeShot(String storyId, int shotIndex);

  /**
   * For how long nothing is removed, because this process has stood still and may have been given
   * up: zero if it has not. Whoever wants something removed then asks again whether it is still to
   * be.
   */
  default Duration doubt() {
    return Duration.ZERO;
  }

  /** Bytes of everything held here. */
  long bytes();

  /** Lets go of everything; waiting readers fail. */
  @Override
  void close();
}
