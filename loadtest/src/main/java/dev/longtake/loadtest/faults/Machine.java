package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
final class Machine {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private Machine() {}

  /**
   * What a program printed.
   *
   * @param output standard output
   * @param errors standard error
   */
  record Result(int status, String output, String errors) {

    /**
     * Its output.
     *
     * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it did not end well
     */
    String wanted(List<String> command) {
      if (status != 0) {
        throw new LongtakeException(
            ErrorCode.UNAVAILABLE,
            "%s: expected status 0, found %d: %s".formatted(command, status, errors.strip()));
      }
      return output;
    }
  }

  /** Runs a program to its end, which must be a good one, and gives what it printed. */
  static String run(String... command) {
    return result(command).wanted(List.of(command));
  }

  /** Runs a program to its end. */
  static Result result(String... command) {
    try {
      Path errors = Files.createTempFile("faults-", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
        return new Result(process.waitFor(), output, Files.readString(errors));
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "%s: cannot be run: %s".formatted(List.of(command), e), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Starts a program that goes on, both of its outputs into a file. */
  static Process start(Path log, Map<String, String> environment, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(new File("/dev/null"));
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "%s: cannot be started: %s".formatted(List.of(command), e), e);
    }
  }

  /** Sends a process a signal, such as STOP; nothing happens if it has ended. */
  static void signal(String name, long pid) {
    result("kill", "-" + name, Long.toString(pid));
  }

  /** Lets time pass: what is broken stays so for a while. */
  static void pause(Duration time) {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static LongtakeException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new LongtakeException(ErrorCode.CANCELLED, "interrupted", cause);
  }
}
