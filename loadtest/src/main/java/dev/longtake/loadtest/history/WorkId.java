package dev.longtake.loadtest.history;

import dev.longtake.lease.LeaseToken;

/** A piece of work, whichever attempt. */
public record WorkId(String storyId, int shotIndex, LeaseToken.Kind kind, int index) {

  /** What this lease is for. */
  public static WorkId of(LeaseToken lease) {
    return new WorkId(lease.storyId(), lease.shotIndex(), lease.kind(), lease.index());
  }

  @Override
  public String toString() {
    return "%s/%d %s %d".formatted(storyId, shotIndex, kind, index);
  }
}
