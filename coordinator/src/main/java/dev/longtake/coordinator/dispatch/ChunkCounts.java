package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;

/** How many chunks stand where. */
public record ChunkCounts(int waiting, int leased, int done) {

  /** No chunks. */
  public static final ChunkCounts NONE = new ChunkCounts(0, 0, 0);

  /** The chunks of a story; those that an earlier rendering spares are not counted. */
  static ChunkCounts of(StoryProgress story) {
    int waiting = 0;
    int leased = 0;
    int done = 0;
    for (ShotProgress shot : story.shots()) {
      for (WorkState chunk : shot.chunks()) {
        switch (chunk) {
          case WorkState.Waiting state -> waiting += shot.latents().isPresent() ? 0 : 1;
          case WorkState.Leased state -> leased++;
          case WorkState.Done state -> done++;
        }
      }
    }
    return new ChunkCounts(waiting, leased, done);
  }

  /** All of them. */
  public int total() {
    return waiting + leased + done;
  }

  ChunkCounts minus(ChunkCounts other) {
    return new ChunkCounts(waiting - other.waiting, leased - other.leased, done - other.done);
  }

  ChunkCounts plus(ChunkCounts other) {
    return new ChunkCounts(waiting + other.waiting, leased + other.leased, done + other.done);
  }
}
