package dev.longtake.ops;

import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C during a rendering: puts the screen right, says what is kept, and ends at once. Everything
 * finished is already on disk, so there is nothing to wait for.
 */
final class Interruption {

  private final Console console;
  private volatile boolean on;
  private volatile @Nullable ProgressView view;
  private @Nullable Thread hook;

  Interruption(Console console) {
    this.console = console;
  }

  /** What to take off the screen. */
  void showing(ProgressView newView) {
    view = newView;
  }

  /** Whether it has happened. */
  boolean isOn() {
    return on;
  }

  void arm() {
    Thread thread = Thread.ofPlatform().name("interruption").unstarted(this::happen);
    hook = thread;
    Runtime.getRuntime().addShutdownHook(thread);
  }

  void disarm() {
    Thread thread = hook;
    if (thread != null && !on) {
      hook = null;
      try {
        Runtime.getRuntime().removeShutdownHook(thread);
      } catch (IllegalStateException e) {
        // It is happening right now.
      }
    }
  }

  private void happen() {
    on = true;
    ProgressView shown = view;
    if (shown != null) {
      shown.close();
    }
    console.tell("interrupted; finished shots are kept, and the same command goes on from there");
    console.out().flush();
    console.err().flush();
    Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
  }
}
