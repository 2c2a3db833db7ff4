package dev.longtake.story.status;

/** Where a story stands. */
public enum StoryState {
  /** Accepted; no worker renders it yet. */
  PENDING(false),
  RUNNING(false),
  SUCCEEDED(true),
  FAILED(true),
  CANCELLED(true);

  private final boolean ended;

  StoryState(boolean ended) {
    this.ended = ended;
  }

  /** Whether nothing more will happen. */
  public boolean isEnded() {
    return ended;
  }
}
