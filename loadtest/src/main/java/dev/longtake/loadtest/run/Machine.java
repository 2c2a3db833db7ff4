package dev.longtake.loadtest.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run was made on.
 *
 * @param processor its name, if it is known
 * @param java version of the simulation's Java machine
 */
public record Machine(String processor, int processors, String java) {

  /** This one. */
  public static Machine here() {
    return new Machine(
        processorName(), Runtime.getRuntime().availableProcessors(), Runtime.version().toString());
  }

  private static String processorName() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown"; // Another system than Linux.
    }
  }

  /** Processes that want to run, over the last minute; negative where that is not known. */
  public static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
