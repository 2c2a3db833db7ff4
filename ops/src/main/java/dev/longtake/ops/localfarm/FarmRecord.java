package dev.longtake.ops.localfarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a farm on this machine consists of, as it stands in its folder from {@code up} to {@code
 * down}.
 *
 * @param postgresPort where the journal's database listens, on loopback like all others
 * @param storagePort where the artifacts' bucket is
 * @param coordinators what each of them listens on
 * @param workers how many there are to be
 * @param threads of each worker
 * @param programs those that were started, by name
 */
record FarmRecord(
    int postgresPort,
    int storagePort,
    List<Ports> coordinators,
    int workers,
    int threads,
    Map<String, StartedProgram> programs) {

  /** All listen here. */
  static final String HOST = "127.0.0.1";

  static final String STORAGE = "storage";

  FarmRecord {
    coordinators = List.copyOf(coordinators);
    programs = Map.copyOf(programs);
  }

  /**
   * What a coordinator listens on.
   *
   * @param listen for clients and workers
   * @param cluster for the other coordinators
   * @param latents for their parts of the latent store
   * @param metrics for whoever looks at it
   */
  record Ports(int listen, int cluster, int latents, int metrics) {}

  /** A coordinator's name, counted from 0. */
  static String coordinator(int index) {
    return "coordinator-" + (index + 1);
  }

  /** A worker's name and id, counted from 0. */
  static String worker(int index) {
    return "worker-" + (index + 1);
  }

  /** What clients and workers are given. */
  String addresses() {
    return coordinators.stream()
        .map(ports -> HOST + ":" + ports.listen())
        .collect(Collectors.joining(","));
  }

  /** The names of all workers, in order. */
  List<String> workerNames() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      names.add(worker(i));
    }
    return names;
  }

  /** Of the programs that were started, those whose names begin so, in order. */
  List<String> programNames(String beginning) {
    return programs.keySet().stream().filter(name -> name.startsWith(beginning)).sorted().toList();
  }

  /** The process of this name; empty if it was not started or has ended. */
  Optional<ProcessHandle> process(String name) {
    return Optional.ofNullable(programs.get(name)).flatMap(StartedProgram::process);
  }

  /** Its number. */
  OptionalLong pid(String name) {
    return process(name)
        .map(process -> OptionalLong.of(process.pid()))
        .orElseGet(OptionalLong::empty);
  }

  FarmRecord withWorkers(int count, int threadCount) {
    return new FarmRecord(postgresPort, storagePort, coordinators, count, threadCount, programs);
  }

  FarmRecord withProgram(String name, StartedProgram program) {
    Map<String, StartedProgram> more = new LinkedHashMap<>(programs);
    more.put(name, program);
    return new FarmRecord(postgresPort, storagePort, coordinators, workers, threads, more);
  }

  FarmRecord withoutProgram(String name) {
    Map<String, StartedProgram> less = new LinkedHashMap<>(programs);
    less.remove(name);
    return new FarmRecord(postgresPort, storagePort, coordinators, workers, threads, less);
  }
}
