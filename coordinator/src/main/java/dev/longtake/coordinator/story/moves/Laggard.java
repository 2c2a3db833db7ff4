package dev.longtake.coordinator.story.moves;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.words.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A worker that is slower than others with what it holds of a shot.
 *
 * @param chunks what it holds of it
 * @param own seconds that a step of all of them takes it
 * @param others seconds that it would take others
 */
record Laggard(
    ShotProgress shot, WorkerKey worker, List<Integer> chunks, double own, double others) {

  Laggard {
    chunks = List.copyOf(chunks);
  }

  /** How it compares, in a sentence without its full stop. */
  String sentence() {
    return String.format(
        Locale.ROOT,
        "worker %s is %.1f times slower than others: %s a step against %s",
        worker.workerId(),
        own / others,
        said(own),
        said(others));
  }

  private static String said(double seconds) {
    return DurationText.said(Duration.ofNanos((long) (seconds * 1e9)));
  }
}
