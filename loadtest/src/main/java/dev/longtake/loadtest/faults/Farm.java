package dev.longtake.loadtest.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.farm.CoordinatorMetrics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Three coordinators with PostgreSQL and a bucket, brought up by {@code ops/local-farm}; workers
 * are not its business. Known by what that program leaves in the farm's folder.
 */
final class Farm {

  private static final int COORDINATORS = 3;
  private static final int UP_TRIES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A coordinator.
   *
   * @param name of its folder, settings and log
   */
  record Coordinator(String name, int port, int metricsPort) {

    String address() {
      return "127.0.0.1:" + port;
    }
  }

  private final Path home;
  private final Path folder;
  private final int checkpointSteps;

  /**
   * Nothing is started.
   *
   * @param home where the programs were built
   * @param folder of the farm
   * @param checkpointSteps from one checkpoint of a chunk to the next
   */
  Farm(Path home, Path folder, int checkpointSteps) {
    this.home = home;
    this.folder = folder;
    this.checkpointSteps = checkpointSteps;
  }

  Path folder() {
    return folder;
  }

  int checkpointSteps() {
    return checkpointSteps;
  }

  /** A program of the checkout. */
  String program(String name) {
    return home.resolve("ops").resolve(name).toString();
  }

  /** Starts what does not run, and waits until it is ready. */
  void up() {
    try {
      Path settings = Files.createDirectories(folder.resolve("settings"));
      Files.writeString(
          settings.resolve("further.conf"),
          """
          # Short enough that a run of faults is minutes.
          lease { timeout = 6s, heartbeat = 1s, reconnect = 2s }
          latents.checkpoint-steps = %d
          """
              .formatted(checkpointSteps));
    } catch (IOException e) {
      throw unusable(e);
    }
    List<String> command =
        List.of(
            program("local-farm"),
            "up",
            "--data",
            folder.toString(),
            "--coordinators",
            Integer.toString(COORDINATORS),
            "--workers",
            "0");
    Machine.Result result = Machine.result(command.toArray(String[]::new));
    for (int again = 1; again < UP_TRIES && result.status() != 0; again++) {
      // One that was given up was still ending: it runs when it is looked for, and then does not.
      result = Machine.result(command.toArray(String[]::new));
    }
    var _ = result.wanted(command);
  }

  void down() {
    Machine.run(program("local-farm"), "down", "--data", folder.toString());
  }

  /** The processes of all its parts that run. */
  List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    record().path("programs").forEach(program -> pids.add(program.path("pid").asLong()));
    postgresPid().ifPresent(pids::add);
    pids.removeIf(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    return pids;
  }

  /** Processes of coordinators that run, the one that leads first. */
  List<Long> coordinatorPids() {
    List<Long> pids = new ArrayList<>();
    for (Coordinator coordinator : coordinators()) {
      long pid = record().path("programs").path(coordinator.name()).path("pid").asLong();
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        boolean isLeader =
            metrics(coordinator).filter(it -> it.get("longtake_dispatch_leader") > 0).isPresent();
        pids.add(isLeader ? 0 : pids.size(), pid);
      }
    }
    return pids;
  }

  /** As the database itself writes it down. */
  Optional<Long> postgresPid() {
    try {
      Path file = folder.resolve("postgresql/data/postmaster.pid");
      return Optional.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()));
    } catch (IOException e) {
      return Optional.empty(); // It does not run.
    }
  }

  private JsonNode record() {
    try {
      return JSON.readTree(folder.resolve("farm.json").toFile());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  List<Coordinator> coordinators() {
    List<Coordinator> all = new ArrayList<>();
    for (JsonNode ports : record().path("coordinators")) {
      all.add(
          new Coordinator(
              "coordinator-" + (all.size() + 1),
              ports.path("listen").asInt(),
              ports.path("metrics").asInt()));
    }
    return all;
  }

  /** Of all coordinators, as {@code --coordinator} takes them. */
  String addresses() {
    return String.join(",", coordinators().stream().map(Coordinator::address).toList());
  }

  int postgresPort() {
    return record().path("postgresPort").asInt();
  }

  String postgresPassword() {
    try {
      return Files.readString(folder.resolve("settings/journal-password")).strip();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** What a coordinator counts; empty if it does not answer. */
  Optional<CoordinatorMetrics> metrics(Coordinator coordinator) {
    try {
      return Optional.of(
          CoordinatorMetrics.read(
              URI.create("http://127.0.0.1:%d/metrics".formatted(coordinator.metricsPort()))));
    } catch (LongtakeException e) {
      return Optional.empty();
    }
  }

  /** Has it forget which shots it has rendered, so that the next story is rendered again. */
  void forgetShots() {
    for (Path entry : objects("index/")) {
      try {
        Files.deleteIfExists(entry);
      } catch (IOException e) {
        throw unusable(e);
      }
    }
  }

  /** The bucket's objects whose names begin so, as files. */
  List<Path> objects(String beginning) {
    Path bucket = folder.resolve("objects/farm");
    try (var files = Files.walk(bucket)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> bucket.relativize(file).toString().startsWith(beginning))
          .toList();
    } catch (IOException e) {
      throw unusable(e);
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // One was removed meanwhile; the next look tells more.
    }
  }

  private LongtakeException unusable(IOException cause) {
    return new LongtakeException(ErrorCode.FILE_UNUSABLE, folder + ": " + cause, cause);
  }
}
