package dev.longtake.plan;

import static dev.longtake.error.Require.require;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a shot is cut into chunks. The same shot and policy always give the same plan.
 *
 * <p>With L latent frames, chunks of at most F and overlap O there are {@code N = ceil((L - O) / (F
 * - O))} chunks. Laid end to end they have {@code L + (N - 1) O} latent frames; these are dealt out
 * evenly, the longer chunks first, so lengths differ by at most one and the last chunk is never a
 * stub.
 */
public record ChunkPlan(List<Chunk> chunks) {

  public ChunkPlan {
    chunks = List.copyOf(chunks);
    require(!chunks.isEmpty(), "a shot has at least one chunk");
  }

  /** Cuts a shot of {@code shotLatentFrameCount} latent frames. */
  public static ChunkPlan of(int shotLatentFrameCount, ChunkPolicy policy) {
    require(
        shotLatentFrameCount > 0, "shotLatentFrameCount is not positive: %d", shotLatentFrameCount);
    int overlap = policy.overlap();
    int chunkCount =
        Math.max(
            1, Math.ceilDiv(shotLatentFrameCount - overlap, policy.latentFrameCount() - overlap));
    int toDeal = shotLatentFrameCount + (chunkCount - 1) * overlap;
    List<Chunk> chunks = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < chunkCount; i++) {
      int length = toDeal / chunkCount + (i < toDeal % chunkCount ? 1 : 0);
      chunks.add(
          new Chunk(i, first, length, i == 0 ? 0 : overlap, i == chunkCount - 1 ? 0 : overlap));
      first += length - overlap;
    }
    return new ChunkPlan(chunks);
  }

  /** Latent frames of the shot. */
  public int latentFrameCount() {
    return chunks.getLast().endLatentFrame();
  }

  /** Boundary i lies between chunk i and chunk i + 1. */
  public List<Boundary> boundaries() {
    return IntStream.range(0, chunks.size() - 1)
        .mapToObj(
            i ->
                new Boundary(i, chunks.get(i + 1).firstLatentFrame(), chunks.get(i).overlapRight()))
        .toList();
  }
}
