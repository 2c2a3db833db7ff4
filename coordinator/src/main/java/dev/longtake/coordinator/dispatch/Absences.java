package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Workers that hold something and are not there: their leases are taken back after a grace. */
final class Absences {

  private final TimerScheduler<DispatchCommand> timers;
  private final Duration grace;
  private final Set<WorkerKey> missing = new HashSet<>();

  /**
   * Nobody is absent yet.
   *
   * @param timers of the actor that is told when a grace is over
   */
  Absences(TimerScheduler<DispatchCommand> timers, Duration grace) {
    this.timers = timers;
    this.grace = grace;
  }

  /** These are absent; the grace of each begins when this is said first. */
  void watch(Collection<WorkerKey> absent) {
    for (WorkerKey worker : absent) {
      if (missing.add(worker)) {
        timers.startSingleTimer(worker, new DispatchCommand.HolderMissing(worker), grace);
      }
    }
  }

  /**
   * A worker is there, or its grace is over.
   *
   * @return whether it was absent
   */
  boolean end(WorkerKey worker) {
    timers.cancel(worker);
    return missing.remove(worker);
  }
}
