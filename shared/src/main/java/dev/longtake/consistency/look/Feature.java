package dev.longtake.consistency.look;

import dev.longtake.words.Word;

/** A way to tell looks apart that needs no network. */
public enum Feature implements Word {
  /** Which colours it has, and how much of each. */
  COLOR(true),
  /** Which way its edges go, and where. */
  SHAPE(false);

  private final boolean isUsed;

  Feature(boolean isUsed) {
    this.isUsed = isUsed;
  }

  /** Whether likeness goes by it: only what was seen to tell entities apart does. */
  public boolean isUsed() {
    return isUsed;
  }
}
