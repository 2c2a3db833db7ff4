package dev.longtake.coordinator.story.actor;

import dev.longtake.story.status.StorySummary;
import java.util.ArrayList;
import java.util.List;

/** Takes lines at once, or holds them back. */
final class FakeBook implements SummaryBook {

  private final List<StorySummary> lines = new ArrayList<>();
  private final List<Runnable> heldBack = new ArrayList<>();
  private boolean isHoldingBack;

  @Override
  public synchronized void note(StorySummary line, long eventCount, Runnable onWritten) {
    lines.add(line);
    if (isHoldingBack) {
      heldBack.add(onWritten);
    } else {
      onWritten.run();
    }
  }

  synchronized void holdBack() {
    isHoldingBack = true;
  }

  /** Says that what was held back is written. */
  synchronized void write() {
    isHoldingBack = false;
    heldBack.forEach(Runnable::run);
  }

  synchronized StorySummary last() {
    return lines.getLast();
  }

  synchronized int size() {
    return lines.size();
  }
}
