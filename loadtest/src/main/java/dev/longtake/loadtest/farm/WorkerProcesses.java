package dev.longtake.loadtest.farm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ordinary workers with the bundled model, a thread each. They end with this process. */
public final class WorkerProcesses implements AutoCloseable {

  private final List<Process> processes = new ArrayList<>();
  private final Thread hook = new Thread(() -> processes.forEach(Process::destroyForcibly));

  /** None yet. */
  public WorkerProcesses() {
    Runtime.getRuntime().addShutdownHook(hook); // Ctrl-C leaves none.
  }

  /**
   * Starts one.
   *
   * @param start of the coordinator beside it: the same command, and a folder for settings and logs
   */
  public void add(CoordinatorProcess.Start start, int port) {
    String id = "worker-" + (processes.size() + 1);
    Path settings = start.folder().resolve(id + ".conf");
    List<String> command = new ArrayList<>(start.command());
    command.addAll(List.of("worker", "--config", settings.toString()));
    try {
      Files.writeString(
          settings,
          """
          id = "%s"
          coordinator.addresses = "127.0.0.1:%d"
          engine.threads = 1
          """
              .formatted(id, port));
      processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(start.folder().resolve(id + ".log").toFile())
              .redirectInput(new File("/dev/null"))
              .start());
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "cannot start %s: %s".formatted(command, e), e);
    }
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroyForcibly();
      process.onExit().join();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is ending, and the hook does the same.
    }
  }
}
