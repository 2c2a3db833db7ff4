package dev.longtake.loadtest.history;

import java.util.ArrayList;
import java.util.List;

/** What a run looked like from moment to moment. One thread. */
public final class Timeline {

  /**
   * A moment.
   *
   * @param seconds since the first arrival
   * @param leases acknowledged since then
   * @param busy workers that hold unfinished work
   * @param waiting chunks that were accepted and that nobody has
   * @param openStories accepted and not ended
   */
  public record Moment(double seconds, long leases, int busy, long waiting, int openStories) {}

  private final List<Moment> moments = new ArrayList<>();

  /** Takes note of a moment. */
  public void add(Moment moment) {
    moments.add(moment);
  }

  /** All moments, in order. */
  public List<Moment> moments() {
    return List.copyOf(moments);
  }

  /** Leases a second between a moment and the one before it; 0 for the first. */
  public double rate(int index) {
    if (index == 0) {
      return 0;
    }
    Moment before = moments.get(index - 1);
    Moment now = moments.get(index);
    return (now.leases() - before.leases()) / Math.max(1e-9, now.seconds() - before.seconds());
  }
}
