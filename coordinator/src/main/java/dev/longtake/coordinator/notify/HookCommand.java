package dev.longtake.coordinator.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A program that is started with the notice on its standard input; status 0 says that it was
 * understood. Nothing of a notice is an argument, and no shell reads it.
 *
 * @param timeout after which it is ended
 */
record HookCommand(Path program, Duration timeout) implements Receiver {

  @Override
  public String name() {
    return program.toString();
  }

  @Override
  public String address() {
    return "command:" + program;
  }

  @Override
  public void tell(String noticeId, byte[] body) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(program.toString());
    builder.environment().put("LONGTAKE_NOTICE", noticeId);
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    Process process = builder.start();
    try {
      write(process, body);
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("expected it to end within %d s".formatted(timeout.toSeconds()));
      }
      if (process.exitValue() != 0) {
        throw new IOException("expected status 0, found " + process.exitValue());
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static void write(Process process, byte[] body) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(body);
    } catch (IOException e) {
      // It may end without reading; its status says whether that was right.
    }
  }
}
