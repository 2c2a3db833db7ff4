package dev.longtake.coordinator.dispatch;

import java.util.ArrayList;
import java.util.List;

/** A process of a simulation: it runs, is frozen, or has ended for good. */
abstract class SimProcess {

  private enum State {
    RUNNING,
    FROZEN,
    ENDED
  }

  private static final long STAND_STILL_MAX = 2_000;
  private static final long DOUBT = 30_000;

  private final SimClock clock;
  private final List<Runnable> held = new ArrayList<>();
  private State state = State.RUNNING;
  private long frozenAt;
  private long clearAt;

  SimProcess(SimClock clock) {
    this.clock = clock;
  }

  /** Has this process do something: now, when it wakes up, or never. */
  final void deliver(Runnable what) {
    switch (state) {
      case RUNNING -> what.run();
      case FROZEN -> held.add(what);
      case ENDED -> {}
    }
  }

  /** The same after some time. */
  final void after(long millis, Runnable what) {
    clock.after(millis, () -> deliver(what));
  }

  /** The same again and again. */
  final void every(long millis, Runnable what) {
    after(
        millis,
        () -> {
          what.run();
          every(millis, what);
        });
  }

  final boolean isRunning() {
    return state == State.RUNNING;
  }

  final boolean hasEnded() {
    return state == State.ENDED;
  }

  final void freeze() {
    if (state == State.RUNNING) {
      state = State.FROZEN;
      frozenAt = clock.now();
    }
  }

  /** Milliseconds until it is sure, after it has stood still, that nobody has given it up. */
  final long doubt() {
    return Math.max(0, clearAt - clock.now());
  }

  /** Goes on where it was, with all that came meanwhile. */
  final void wake() {
    if (state == State.FROZEN) {
      state = State.RUNNING;
      if (clock.now() - frozenAt > STAND_STILL_MAX) {
        clearAt = clock.now() + DOUBT;
      }
      List<Runnable> now = List.copyOf(held);
      held.clear();
      now.forEach(this::deliver);
    }
  }

  final void end() {
    state = State.ENDED;
    held.clear();
  }
}
