package dev.longtake.coordinator.story;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many denoise steps the leased chunks of a story have done, as their workers say. Not
 * journaled: workers say it again. Not safe for several threads.
 */
public final class StepCounts {

  private record ChunkAt(int shotIndex, int chunkIndex) {}

  private record Count(int attempt, int stepsDone, boolean isWaiting) {}

  private final Map<ChunkAt, Count> counts = new HashMap<>();

  /**
   * Takes what the holder of a current lease says.
   *
   * @param isWaiting whether it waits for a neighbour's slab
   * @return whether the steps are new
   */
  public boolean note(LeaseToken token, int stepsDone, boolean isWaiting) {
    if (token.kind() != Kind.CHUNK) {
      return false;
    }
    Count now = new Count(token.attempt(), stepsDone, isWaiting);
    Count before = counts.put(new ChunkAt(token.shotIndex(), token.index()), now);
    return before == null || before.attempt() != now.attempt() || before.stepsDone() != stepsDone;
  }

  /** Whether the holder of this lease says that it waits for a neighbour's slab. */
  public boolean isWaiting(int shotIndex, int chunkIndex, int attempt) {
    Count count = counts.get(new ChunkAt(shotIndex, chunkIndex));
    return count != null && count.attempt() == attempt && count.isWaiting();
  }

  /** Denoise steps of a shot that are done and hold. */
  public int stepsDone(ShotProgress shot) {
    int stepCount = shot.plan().inputs().sampling().stepCount();
    if (shot.latents().isPresent()) {
      return shot.chunks().size() * stepCount;
    }
    return IntStream.range(0, shot.chunks().size()).map(i -> stepsDone(shot, i)).sum();
  }

  /** Denoise steps of one chunk that are done and hold. */
  public int stepsDone(ShotProgress shot, int chunkIndex) {
    int stepCount = shot.plan().inputs().sampling().stepCount();
    return switch (shot.chunks().get(chunkIndex)) {
      case WorkState.Waiting waiting ->
          shot.latents().isPresent() ? stepCount : waiting.resumeStep();
      case WorkState.Leased leased ->
          Math.clamp(
              current(shot.plan().shotIndex(), chunkIndex, leased.attempt()),
              leased.resumeStep(),
              stepCount);
      case WorkState.Done done -> stepCount;
    };
  }

  private int current(int shotIndex, int chunkIndex, int attempt) {
    Count count = counts.get(new ChunkAt(shotIndex, chunkIndex));
    return count == null || count.attempt() != attempt ? 0 : count.stepsDone();
  }
}
