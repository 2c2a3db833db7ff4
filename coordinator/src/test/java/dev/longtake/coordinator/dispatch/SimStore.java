package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.CheckpointSteps.Passed;
import dev.longtake.latent.CheckpointKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latent store of a simulation; what is in it are numbers that stand for latents. */
final class SimStore {

  /** One side's velocity on a boundary. */
  record SlabKey(String storyId, int shot, int boundary, boolean isLeft, int step) {}

  private final Map<SlabKey, Long> slabs = new HashMap<>();
  private final Map<CheckpointKey, Long> checkpoints = new HashMap<>();
  private final Map<CheckpointKey, Long> archive = new HashMap<>();

  /** Keeps a slab; others under the same key are a violation. */
  void put(SlabKey key, long value) {
    Long before = slabs.putIfAbsent(key, value);
    if (before != null && before != value) {
      throw new SimViolation("another slab under " + key);
    }
  }

  @Nullable Long get(SlabKey key) {
    return slabs.get(key);
  }

  void put(CheckpointKey key, long value) {
    Long before = checkpoints.putIfAbsent(key, value);
    if (before != null && before != value) {
      throw new SimViolation("another checkpoint under " + key);
    }
  }

  /** What the latent store has, or else the archive. */
  @Nullable Long get(CheckpointKey key) {
    Long kept = checkpoints.get(key);
    return kept == null ? archive.get(key) : kept;
  }

  /** Keeps a checkpoint for the time after the loss of everything. */
  void archive(CheckpointKey key, long value) {
    Long before = archive.putIfAbsent(key, value);
    if (before != null && before != value) {
      throw new SimViolation("another checkpoint in the archive under " + key);
    }
  }

  /** What the archive has of a story. */
  List<CheckpointKey> archived(String storyId) {
    return archive.keySet().stream()
        .filter(key -> key.storyId().equals(storyId))
        .sorted(
            Comparator.comparingInt(CheckpointKey::shotIndex)
                .thenComparingInt(CheckpointKey::chunkIndex)
                .thenComparingInt(CheckpointKey::stepIndex))
        .toList();
  }

  void drop(String storyId, int shot, List<Passed> passed) {
    for (Passed it : passed) {
      switch (it) {
        case Passed.Checkpoints(int chunk, int first, int end) ->
            checkpoints
                .keySet()
                .removeIf(
                    key ->
                        isOf(key, storyId, shot)
                            && key.chunkIndex() == chunk
                            && key.stepIndex() >= first
                            && key.stepIndex() < end);
        case Passed.Archived(int chunk, List<Integer> steps) ->
            archive
                .keySet()
                .removeIf(
                    key ->
                        isOf(key, storyId, shot)
                            && key.chunkIndex() == chunk
                            && steps.contains(key.stepIndex()));
        case Passed.Slabs(int boundary, int first, int end) ->
            slabs
                .keySet()
                .removeIf(
                    key ->
                        key.storyId().equals(storyId)
                            && key.shot() == shot
                            && key.boundary() == boundary
                            && key.step() >= first
                            && key.step() < end);
      }
    }
  }

  private static boolean isOf(CheckpointKey key, String storyId, int shot) {
    return key.storyId().equals(storyId) && key.shotIndex() == shot;
  }

  void dropAll(String storyId, int shot) {
    slabs.keySet().removeIf(key -> key.storyId().equals(storyId) && key.shot() == shot);
    checkpoints.keySet().removeIf(key -> isOf(key, storyId, shot));
    archive.keySet().removeIf(key -> isOf(key, storyId, shot));
  }
}
