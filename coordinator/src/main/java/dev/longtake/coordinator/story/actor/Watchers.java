package dev.longtake.coordinator.story.actor;

import dev.longtake.story.status.StoryStatus;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Who is told how a story stands: of a change at once, of steps now and then. Not safe for several
 * threads.
 */
final class Watchers {

  private final Set<ActorRef<StoryStatus>> watchers = new HashSet<>();
  private final Runnable timer;
  private boolean isTimerSet;

  /**
   * Nobody yet.
   *
   * @param timer has {@link #showSteps} called after a while
   */
  Watchers(Runnable timer) {
    this.timer = timer;
  }

  /**
   * Adds one and tells it.
   *
   * @return whether it is new
   */
  boolean add(ActorRef<StoryStatus> watcher, StoryStatus now) {
    watcher.tell(now);
    return watchers.add(watcher);
  }

  void remove(ActorRef<StoryStatus> watcher) {
    watchers.remove(watcher);
  }

  /** Tells them, if there are any; only then the view is made. */
  void tell(Supplier<StoryStatus> view) {
    if (!watchers.isEmpty()) {
      StoryStatus now = view.get();
      watchers.forEach(watcher -> watcher.tell(now));
    }
  }

  /** Steps were done: many of these lead to one view. */
  void noteSteps() {
    if (!isTimerSet && !watchers.isEmpty()) {
      isTimerSet = true;
      timer.run();
    }
  }

  /** The interval is over. */
  void showSteps(Supplier<StoryStatus> view) {
    isTimerSet = false;
    tell(view);
  }
}
