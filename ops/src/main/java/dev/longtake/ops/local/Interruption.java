package dev.longtake.ops.local;

import dev.longtake.ops.console.Console;
import dev.longtake.ops.console.ExitCode;
import dev.longtake.ops.progress.ProgressView;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C during a rendering: puts the screen right, says what is kept, and ends at once. Everything
 * finished is already on disk, so there is nothing to wait for.
 */
public final class Interruption {

  private final Console console;
  private volatile boolean on;
  private volatile @Nullable ProgressView view;
  private @Nullable Thread hook;

  public Interruption(Console console) {
    this.console = console;
  }

  /** What to take off the screen. */
  public void showing(ProgressView newView) {
    view = newView;
  }

  /** Whether it has happened. */
  public boolean isOn() {
    return on;
  }

  public void arm() {
    Thread thread = Thread.ofPlatform().name("interruption").unstarted(this::happen);
    hook = thread;
    Runtime.getRuntime().addShutdownHook(thread);
  }

  public void disarm() {
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
