package dev.longtake.loadtest.command;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which coordinator is started, and where: the same options for every command that starts one. */
final class Workplace {

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "The coordinator's data and log; kept. Default: a temporary one, removed.")
  private @Nullable Path folder;

  @Option(
      names = "--coordinator-java",
      paramLabel = "OPTIONS",
      description = "Options for the coordinator's Java machine.")
  private @Nullable String coordinatorJava;

  @Option(
      names = "--longtake",
      paramLabel = "COMMAND",
      description = "The longtake command to start. Default: the one beside this.")
  private @Nullable String longtake;

  /** Something that is done with a coordinator. */
  interface Doing<T> {
    T with(CoordinatorProcess.Start start);
  }

  /** Does it in the folder, which is removed afterwards unless a person named it. */
  <T> T use(String usualJava, Doing<T> doing) {
    Path data = folder == null ? temporary() : folder;
    try {
      String options = coordinatorJava == null ? usualJava : coordinatorJava;
      return doing.with(new CoordinatorProcess.Start(List.of(command()), options, data));
    } finally {
      if (folder == null) {
        remove(data);
      }
    }
  }

  String command() {
    if (longtake != null) {
      return longtake;
    }
    return Path.of(System.getProperty("longtake.home", "."), "ops", "longtake").toString();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("longtake-load-");
    } catch (IOException e) {
      throw unusable("cannot make a temporary folder", e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw unusable("cannot remove " + folder, e);
    }
  }

  private static LongtakeException unusable(String what, IOException why) {
    return new LongtakeException(ErrorCode.FILE_UNUSABLE, what + ": " + why, why);
  }
}
