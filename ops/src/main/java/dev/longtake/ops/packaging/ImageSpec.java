package dev.longtake.ops.packaging;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a container image is to be.
 *
 * @param name what it is called in its folder, such as {@code coordinator}
 * @param layers archives of files, the lowest first
 * @param run how its program is started
 * @param labels what is said about it
 * @param created the time that it bears; a fixed one, so that its bytes are the same again
 */
record ImageSpec(
    String name, List<Path> layers, Run run, Map<String, String> labels, Instant created) {

  ImageSpec {
    requireNonNull(name, "name");
    layers = List.copyOf(layers);
    requireNonNull(run, "run");
    labels = new TreeMap<>(labels); // in order, for the bytes
    requireNonNull(created, "created");
  }

  /**
   * How its program is started.
   *
   * @param user number of user and group
   * @param ports such as {@code 7470/tcp}
   * @param environment such as {@code LANG=C.UTF-8}
   * @param entrypoint the program and its first arguments
   * @param folder where it is started
   */
  record Run(
      String user,
      List<String> ports,
      List<String> environment,
      List<String> entrypoint,
      String folder) {

    Run {
      requireNonNull(user, "user");
      ports = List.copyOf(ports);
      environment = List.copyOf(environment);
      entrypoint = List.copyOf(entrypoint);
      requireNonNull(folder, "folder");
    }
  }

  String user() {
    return run.user();
  }

  List<String> ports() {
    return run.ports();
  }

  List<String> environment() {
    return run.environment();
  }

  List<String> entrypoint() {
    return run.entrypoint();
  }

  String folder() {
    return run.folder();
  }
}
