package dev.longtake.ops.console;

import static java.util.Objects.requireNonNull;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help.Ansi;

/**
 * Where the commands print: results to {@code out}, everything said to a person on the way to
 * {@code err}. The only class that touches the process's streams.
 *
 * @param isTerminal whether {@code out} is a screen that lines can be redrawn on
 */
public record Console(PrintWriter out, PrintWriter err, boolean isTerminal) {

  public Console {
    requireNonNull(out, "out");
    requireNonNull(err, "err");
  }

  /**
   * The process's own streams. The start script knows whether standard output is a terminal and
   * says so in the property {@code longtake.terminal}; {@code longtake.stderr} names the terminal
   * behind standard error if the script filters what the Java machine writes there.
   */
  public static Console system() {
    return new Console(
        writer(System.out), writer(errors()), Boolean.getBoolean("longtake.terminal"));
  }

  private static OutputStream errors() {
    String path = System.getProperty("longtake.stderr", "");
    if (!path.isEmpty()) {
      try {
        return new FileOutputStream(path, true);
      } catch (FileNotFoundException e) {
        return System.err; // e.g. a terminal that belongs to another user: filtered, but there
      }
    }
    return System.err;
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(
        new PrintStream(stream, true, StandardCharsets.UTF_8), true, StandardCharsets.UTF_8);
  }

  /** Colours, where there is a terminal that shows them and nobody has set {@code NO_COLOR}. */
  public Ansi ansi() {
    return isTerminal && System.getenv("NO_COLOR") == null ? Ansi.ON : Ansi.OFF;
  }

  /** A result, for people or for a pipe. */
  public void print(String line) {
    out.println(line);
  }

  /** Something a person should know that is not the result. */
  public void tell(String line) {
    err.println(line);
  }

  /** The one message of a command that could not be done. */
  public void error(String message) {
    err.println("longtake: " + message);
  }
}
