package dev.longtake.coordinator.story;

import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * How many denoise steps the leased chunks of a story have done, as their workers say. Not
 * journaled: workers say it again. Not safe for several threads.
 */
public final class StepCounts {

  private record ChunkAt(int shotIndex, int chunkIndex) {}

  private record Count(int attempt, int stepsDone) {}

  private final Map<ChunkAt, Count> counts = new HashMap<>();

  /**
   * Takes what the holder of a current lease says.
   *
   * @return whether that is new
   */
  public boolean note(LeaseToken token, int stepsDone) {
    if (token.kind() != Kind.CHUNK) {
      return false;
    }
    Count now = new Count(token.attempt(), stepsDone);
    return !now.equals(counts.put(new ChunkAt(token.shotIndex(), token.index()), now));
  }

  /** Denoise steps of a shot that are done and hold. */
  int stepsDone(ShotProgress shot) {
    int stepCount = shot.plan().inputs().sampling().stepCount();
    if (shot.latents().isPresent()) {
      return shot.chunks().size() * stepCount;
    }
    int sum = 0;
    for (int i = 0; i < shot.chunks().size(); i++) {
      sum +=
          switch (shot.chunks().get(i)) {
            case WorkState.Waiting waiting -> waiting.resumeStep();
            case WorkState.Leased leased ->
                Math.clamp(
                    current(shot.plan().shotIndex(), i, leased.attempt()),
                    leased.resumeStep(),
                    stepCount);
            case WorkState.Done done -> stepCount;
          };
    }
    return sum;
  }

  private int current(int shotIndex, int chunkIndex, int attempt) {
    Count count = counts.get(new ChunkAt(shotIndex, chunkIndex));
    return count == null || count.attempt() != attempt ? 0 : count.stepsDone();
  }
}
