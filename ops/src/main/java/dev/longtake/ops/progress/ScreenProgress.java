package dev.longtake.ops.progress;

import dev.longtake.ops.console.Console;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;

/**
 * Progress on a terminal: the same lines, redrawn in place. Only what changed is written, so
 * nothing flickers.
 */
final class ScreenProgress implements ProgressView {

  private static final Duration BETWEEN_FRAMES = Duration.ofMillis(200);

  private static final String CURSOR_VISIBLE = "\u001b[?25h";

  private final Console console;
  private final Terminal terminal;
  private final Display display;
  private final InstantSource clock;
  private final Instant start;
  private final Pace pace = new Pace();
  private final Timer redraw;
  private @Nullable StoryStatus status;
  private boolean closed;

  /** Takes over the terminal; empty if it is one that cannot move its cursor. */
  static Optional<ScreenProgress> open(Console console, InstantSource clock, Instant start) {
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .name("longtake")
              .system(true)
              .dumb(true)
              .provider("ffm")
              .build();
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new ScreenProgress(console, terminal, clock, start));
    } catch (IOException e) {
      return Optional.empty(); // no terminal after all: plain lines will do
    }
  }

  private ScreenProgress(Console console, Terminal terminal, InstantSource clock, Instant start) {
    this.console = console;
    this.terminal = terminal;
    this.clock = clock;
    this.start = start;
    display = new Display(terminal, false);
    terminal.puts(Capability.cursor_invisible);
    redraw = new Timer("progress", true);
    redraw.scheduleAtFixedRate(
        new TimerTask() {
          @Override
          public void run() {
            draw();
          }
        },
        0,
        BETWEEN_FRAMES.toMillis());
  }

  @Override
  public synchronized void show(StoryStatus newer) {
    status = newer;
    pace.add(newer, elapsed());
  }

  private Duration elapsed() {
    return Duration.between(start, clock.instant());
  }

  private synchronized void draw() {
    if (status == null || closed) {
      return;
    }
    Size size = terminal.getSize();
    int columns = Math.max(20, size.getColumns());
    display.resize(Size.of(columns, size.getRows()));
    List<AttributedString> lines =
        StatusLines.of(status, pace, elapsed(), Math.max(8, size.getRows()), columns);
    display.update(lines, -1);
    terminal.flush();
  }

  /** Also called when the process is being ended, by when the terminal may be closed already. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    redraw.cancel();
    try {
      draw();
      terminal.flush();
      terminal.close();
    } catch (IOException | RuntimeException e) {
      // The last lines stand on the screen; there is nothing else that it was open for.
    }
    closed = true;
    console.out().print((status == null ? "" : "\n") + CURSOR_VISIBLE);
    console.out().flush();
  }
}
