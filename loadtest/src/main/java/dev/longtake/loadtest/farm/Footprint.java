package dev.longtake.loadtest.farm;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.history.Course.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a coordinator's process and folder take of the machine. Linux only. */
public final class Footprint {

  private static final long COLLECT_SECONDS = 60;
  private static final double KIB = 1024;

  private final CoordinatorProcess coordinator;

  /** Of this one. */
  public Footprint(CoordinatorProcess coordinator) {
    this.coordinator = coordinator;
  }

  /**
   * Looks at all of it, after having the process collect its garbage: what is left is what it
   * keeps.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if the process does not answer or
   *     the system does not tell
   */
  public Map<Quantity, Double> look() {
    collect();
    Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
    CoordinatorMetrics metrics = coordinator.metrics();
    values.put(Quantity.HEAP, metrics.get("jvm_memory_used_bytes{area=\"heap\"}"));
    values.put(Quantity.STORIES, ended(metrics));
    values.put(
        Quantity.EVENTS,
        metrics.get("longtake_journal_events_total")
            - metrics.get("longtake_journal_events_removed_total"));
    Path process = Path.of("/proc", Long.toString(coordinator.pid()));
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      values.put(Quantity.DESCRIPTORS, (double) open.count());
      values.put(Quantity.THREADS, status(process, "Threads:"));
      values.put(Quantity.RESIDENT, KIB * status(process, "VmRSS:"));
    } catch (IOException | UncheckedIOException e) {
      throw new LongtakeException(ErrorCode.UNAVAILABLE, process + ": cannot read: " + e, e);
    }
    files(values);
    return values;
  }

  private static double ended(CoordinatorMetrics metrics) {
    return metrics.get("longtake_stories_total{state=\"succeeded\"}")
        + metrics.get("longtake_stories_total{state=\"failed\"}")
        + metrics.get("longtake_stories_total{state=\"cancelled\"}");
  }

  private void collect() {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    ProcessBuilder command =
        new ProcessBuilder(tool.toString(), Long.toString(coordinator.pid()), "GC.run")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = command.start();
      if (!process.waitFor(COLLECT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new LongtakeException(
            ErrorCode.UNAVAILABLE,
            "coordinator %d: expected it to collect its garbage within %d s, found that it does not"
                .formatted(coordinator.pid(), COLLECT_SECONDS));
      }
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "%s: expected a JDK's, found: %s".formatted(tool, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.CANCELLED, "interrupted", e);
    }
  }

  /** A number of the system's own description of the process. */
  private static double status(Path process, String name) throws IOException {
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith(name)) {
        return Double.parseDouble(line.substring(name.length()).strip().split(" ", 2)[0]);
      }
    }
    return 0;
  }

  private void files(Map<Quantity, Double> values) {
    Path data = coordinator.data();
    Count unfinished = Count.of(data.resolve("artifacts/unfinished"));
    Count scratch = Count.of(data.resolve("scratch"));
    values.put(Quantity.UNFINISHED, (double) unfinished.files + scratch.files);
    values.put(Quantity.CHECKPOINTS, (double) Count.of(data.resolve("checkpoints")).files);
    values.put(Quantity.JOURNAL, (double) Count.of(data.resolve("journal")).bytes);
    values.put(Quantity.INDEX, (double) Count.of(data.resolve("index")).files);
    Count artifacts = Count.of(data.resolve("artifacts"));
    values.put(Quantity.ARTIFACTS, (double) artifacts.files - unfinished.files);
    values.put(Quantity.ARTIFACT_BYTES, (double) artifacts.bytes - unfinished.bytes);
  }

  /** Files below a folder; those that vanish meanwhile do not count. */
  private static final class Count extends SimpleFileVisitor<Path> {

    private long files;
    private long bytes;

    static Count of(Path folder) {
      var count = new Count();
      if (Files.isDirectory(folder)) {
        try {
          Files.walkFileTree(folder, count);
        } catch (IOException e) {
          throw new LongtakeException(ErrorCode.UNAVAILABLE, folder + ": cannot read: " + e, e);
        }
      }
      return count;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      files++;
      bytes += attributes.size();
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path folder, @org.jspecify.annotations.Nullable IOException failure) {
      return FileVisitResult.CONTINUE;
    }
  }
}
