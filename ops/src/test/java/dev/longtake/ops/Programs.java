package dev.longtake.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The programs of a test, started with the script that people start them with; closing ends all.
 */
final class Programs implements AutoCloseable {

  private static final int MINUTES_TO_END = 5;

  private final Path folder;
  private final List<Process> started = new ArrayList<>();

  /** Programs that are started in this folder, where what they say of mistakes is kept. */
  Programs(Path folder) {
    this.folder = folder;
  }

  Process start(String... arguments) throws IOException {
    return startScript("ops/longtake", List.of(), arguments);
  }

  /** Starts a program that can write no file larger than this. */
  Process startLimited(long fileKibMax, String... arguments) throws IOException {
    return startScript(
        "ops/longtake",
        List.of("bash", "-c", "ulimit -f \"$0\"; exec \"$@\"", Long.toString(fileKibMax)),
        arguments);
  }

  private Process startScript(String script, List<String> starter, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(starter);
    command.add(Repository.ROOT.resolve(script).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectError(errors(started.size() + 1).toFile());
    builder.environment().put("LONGTAKE_NO_BUILD", "1");
    builder.environment().remove("JAVA_HOME");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  /** What the how-manieth program said on standard error, from 1. */
  Path errors(int number) {
    return folder.resolve("errors-%d.txt".formatted(number));
  }

  /** What the program that was started last said on standard error. */
  Path lastErrors() {
    return errors(started.size());
  }

  /** Runs a command to its end, which must be a good one, and gives what it printed. */
  String run(String... arguments) throws Exception {
    return runScript("ops/longtake", arguments);
  }

  /** Runs another script to its end, which must be a good one, and gives what it printed. */
  String runScript(String script, String... arguments) throws Exception {
    Process process = startScript(script, List.of(), arguments);
    Path errors = errors(started.size());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MINUTES_TO_END, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return output;
  }

  /** Ends them all with SIGKILL. */
  @Override
  public void close() {
    started.forEach(Process::destroyForcibly);
    started.forEach(process -> process.onExit().join());
  }
}
