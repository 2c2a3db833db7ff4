package dev.longtake.coordinator.room;

/** How much room there is, and so what is done. */
public enum RoomLevel {
  /** Everything. */
  ENOUGH,
  /** What was begun is ended, and nothing new is leased. */
  LOW,
  /** Nothing new is accepted either. */
  CRITICAL;

  /** A mark counts as passed upwards when this share of it is free beyond it. */
  private static final int MARGIN = 8;

  /**
   * The level after a disk was asked. It falls as soon as a mark is passed, and rises when there is
   * an eighth more than the mark, so that it does not change with every file.
   */
  static RoomLevel after(RoomLevel before, long freeBytes, RoomMarks marks) {
    RoomLevel falling = at(freeBytes, marks, 0);
    RoomLevel rising = at(freeBytes, marks, MARGIN);
    if (falling.compareTo(before) > 0) {
      return falling;
    }
    return rising.compareTo(before) < 0 ? rising : before;
  }

  private static RoomLevel at(long freeBytes, RoomMarks marks, int margin) {
    if (freeBytes < mark(marks.freeCritical().bytes(), margin)) {
      return CRITICAL;
    }
    return freeBytes < mark(marks.freeLow().bytes(), margin) ? LOW : ENOUGH;
  }

  private static long mark(long bytes, int margin) {
    return margin == 0 ? bytes : bytes + bytes / margin;
  }
}
