package dev.longtake.postgres;

import dev.longtake.config.Secret;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server in a folder, that listens on loopback alone and asks for a password. Its
 * processes outlive this one: {@link #stop} ends them, from whichever process.
 */
public final class LocalPostgres {

  /** Owns all of the server; the database {@link #DATABASE} is there from the start. */
  public static final String USER = "longtake";

  /** The database that every server has. */
  public static final String DATABASE = "postgres";

  private static final String HOST = "127.0.0.1";
  private static final int PORT_LINE = 3;

  private final Path programs;
  private final Path folder;

  /**
   * The server of this folder; nothing is done yet.
   *
   * @param programs a folder with {@code initdb}, {@code pg_ctl} and {@code postgres}
   * @param folder for what the server keeps; its path has to be open to all users where this
   *     process is the root's, because the server refuses to be
   */
  public LocalPostgres(Path programs, Path folder) {
    this.programs = programs.toAbsolutePath();
    this.folder = folder.toAbsolutePath();
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** Whether {@link #create} was called for this folder, by whichever process. */
  public boolean isCreated() {
    return Files.exists(data().resolve("PG_VERSION"));
  }

  /**
   * Makes the folder and an empty server in it.
   *
   * @param password of {@link #USER}
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if that fails
   */
  public void create(Secret password) {
    Path passwordFile = folder.resolve("password");
    try {
      Files.createDirectories(folder);
      Files.writeString(passwordFile, password.value());
      Unprivileged.own(folder);
      run(
          "initdb",
          List.of("-D", data().toString(), "-U", USER, "--pwfile", passwordFile.toString()),
          List.of("-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"));
      Files.delete(passwordFile);
    } catch (IOException e) {
      throw failed("cannot be made: " + e, e);
    }
  }

  /**
   * Starts it, and returns when it answers.
   *
   * @param settings such as {@code fsync=off}
   * @throws LongtakeException with {@link ErrorCode#FILE_UNUSABLE} if it does not start, because
   *     the port is taken for instance
   */
  public void start(int port, List<String> settings) {
    List<String> all = new ArrayList<>(settings);
    all.add("port=" + port);
    all.add("listen_addresses=" + HOST);
    all.add("unix_socket_directories=");
    String options = all.stream().map(it -> "-c " + it).reduce("", (a, b) -> a + " " + b);
    run(
        "pg_ctl",
        List.of("start", "-w", "-D", data().toString(), "-l", log().toString()),
        List.of("-o", options));
  }

  /** What the server itself says. */
  public Path log() {
    return folder.resolve("postgres.log");
  }

  /** Ends it: calls that are under way are broken off, what is committed stays. */
  public void stop() {
    stop("fast");
  }

  /** Ends it as if the machine had stopped; the next start repeats its log. */
  public void kill() {
    stop("immediate");
  }

  private void stop(String mode) {
    Optional<ProcessHandle> process = pid().flatMap(ProcessHandle::of);
    if (process.isPresent()) {
      run("pg_ctl", List.of("stop", "-w", "-D", data().toString()), List.of("-m", mode));
      process.get().onExit().join(); // It says that it ends a moment before it does.
    }
  }

  /** The server's process; empty if it does not run. */
  public Optional<Long> pid() {
    return line(0)
        .map(Long::valueOf)
        .filter(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
  }

  /**
   * Where it is reached; it has to run.
   *
   * @param database such as {@link #DATABASE}
   */
  public String url(String database) {
    String port =
        line(PORT_LINE)
            .orElseThrow(
                () ->
                    new LongtakeException(
                        ErrorCode.WRONG_STATE,
                        "PostgreSQL in %s: expected it to run, found that it does not"
                            .formatted(folder)));
    return "jdbc:postgresql://%s:%s/%s".formatted(HOST, port, database);
  }

  /** Of the file in which a running server says what it is. */
  private Optional<String> line(int index) {
    try {
      List<String> lines = Files.readAllLines(data().resolve("postmaster.pid"));
      return index < lines.size() ? Optional.of(lines.get(index).strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void run(String program, List<String> arguments, List<String> more) {
    List<String> command = new ArrayList<>(Unprivileged.prefix());
    command.add(programs.resolve(program).toString());
    command.addAll(arguments);
    command.addAll(more);
    Path said = folder.resolve(program + ".log");
    try {
      // Into a file: the server keeps what it is started with open.
      int status =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start()
              .waitFor();
      if (status != 0) {
        throw failed(
            "%s ended with status %d: %s".formatted(program, status, Files.readString(said)), null);
      }
    } catch (IOException e) {
      throw failed("%s: %s".formatted(program, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("%s: interrupted".formatted(program), e);
    }
  }

  private LongtakeException failed(String what, @Nullable Exception cause) {
    return new LongtakeException(
        ErrorCode.FILE_UNUSABLE, "PostgreSQL in %s: %s".formatted(folder, what), cause);
  }
}
