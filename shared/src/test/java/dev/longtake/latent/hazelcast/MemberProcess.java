package dev.longtake.latent.hazelcast;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link MemberProgram} that runs; killed when closed. */
final class MemberProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final String address;

  private MemberProcess(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader();
    this.questions = new PrintWriter(process.outputWriter(), true);
    this.address = answers.readLine();
  }

  /**
   * Starts one and returns when it has joined the others.
   *
   * @param isFiltered whether serialized objects are refused, as in the real programs
   * @param options of the JVM
   */
  static MemberProcess start(int port, List<String> members, boolean isFiltered, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx160m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath(), MemberProgram.class.getName()));
    command.addAll(
        List.of(Integer.toString(port), String.join(",", members), isFiltered ? "yes" : "no"));
    return new MemberProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** Under Maven the property of Java names a jar that only names the others. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** A port that was free a moment ago: members have to know each other's before they start. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String address() {
    return address;
  }

  String ask(String question) throws IOException {
    questions.println(question);
    return answers.readLine();
  }

  /** Asks until so many members are there and every entry has its copies. */
  void awaitTogether(int memberCount) throws IOException {
    await("together " + memberCount, "yes");
  }

  /** Asks until that is the answer. */
  void await(String question, String expected) throws IOException {
    while (!ask(question).equals(expected)) {
      Thread.onSpinWait();
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void freeze() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
