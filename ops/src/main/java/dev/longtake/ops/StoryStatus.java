package dev.longtake.ops;

import dev.longtake.digest.Digest;
import java.util.List;
import java.util.Optional;

record StoryStatus(
    String storyId,
    String name,
    StoryState state,
    List<ShotStatus> shots,
    String failureCode,
    String failureMessage,
    int frameCount,
    int workerCount,
    String engineClass,
    boolean assembling) {
  enum StoryState {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  enum ShotState {
    WAITING,
    DENOISING,
    DECODING,
    DONE
  }

  record ShotStatus(
      String shotId,
      ShotState state,
      int chunkCount,
      int chunksDone,
      int stepCount,
      int stepsDone,
      int segmentCount,
      int segmentsDone,
      int frameCount,
      Optional<Digest> latentsDigest,
      boolean reused) {}
}
