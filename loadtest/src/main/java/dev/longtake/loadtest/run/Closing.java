package dev.longtake.loadtest.run;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.audit.Evidence;
import dev.longtake.loadtest.client.StoryBook;
import dev.longtake.loadtest.farm.CoordinatorMetrics;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Ends a run in order, and notes what ought to have gone and has not. */
final class Closing {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int PAGE = 1000;
  private static final int SAMPLE = 20;

  /** What a coordinator ends with that was asked to: by itself, or as Java does when it is told. */
  private static final List<Integer> ENDED = List.of(0, 143);

  private final Surroundings farm;
  private final Ticks ticks;
  private final Consumer<String> progress;
  private final boolean isForgetting;
  private final List<String> leftovers = new ArrayList<>();
  private int requestsRepeated;

  /** Ends this farm, which may have forgotten stories that ended where it is told to forget. */
  Closing(Surroundings farm, Ticks ticks, Consumer<String> progress, boolean isForgetting) {
    this.isForgetting = isForgetting;
    this.farm = farm;
    this.ticks = ticks;
    this.progress = progress;
  }

  /** Ends everything; what an audit looks at. */
  Evidence end() {
    progress.accept("ending what is open, and auditing ...");
    await(this::isEachClientDone, "clients whose stories have not ended");
    await(() -> farm.fleet.heldCount() == 0, "orders that workers still hold");
    repeatRequests();
    Map<String, StoryStatus> statuses = statuses();
    if (!farm.clients.connection(0).list(StoryFilter.OPEN, PAGE, "").stories().isEmpty()) {
      leftovers.add("stories that are listed as open");
    }
    CoordinatorMetrics metrics = farm.coordinator.metrics();
    expectZero(metrics, "longtake_chunks");
    expectZero(metrics, "longtake_latent_store_bytes");
    farm.fleet.close();
    await(
        () -> farm.coordinator.metrics().get("longtake_workers") == 0,
        "workers that the coordinator counts after all have left");
    stop();
    return new Evidence(
        farm.book,
        statuses,
        farm.history,
        farm.incidents,
        metrics,
        leftovers,
        requestsRepeated,
        farm.timers.failure());
  }

  /** Some may not have been answered yet: their stories are open later. */
  private boolean isEachClientDone() {
    farm.clients.cancelOpen();
    return farm.clients.pending() == 0;
  }

  private void await(BooleanSupplier isGone, String what) {
    if (!ticks.until(isGone, LIMIT)) {
      leftovers.add(what);
    }
  }

  /** A story that has ended is still that of its request, as long as it is known. */
  private void repeatRequests() {
    if (isForgetting) {
      return;
    }
    List<StoryBook.Entry> entries = farm.book.entries();
    for (int i = 0; i < entries.size(); i += Math.max(1, entries.size() / SAMPLE)) {
      StoryBook.Entry entry = entries.get(i);
      farm.clients.submitAgain(entry);
      requestsRepeated++;
    }
  }

  private Map<String, StoryStatus> statuses() {
    Map<String, StoryStatus> statuses = new HashMap<>();
    FarmClient client = farm.clients.connection(0);
    for (StoryBook.Entry entry : farm.book.entries()) {
      try {
        statuses.put(entry.storyId(), client.get(entry.storyId()));
      } catch (LongtakeException e) {
        if (isForgetting && e.code() == ErrorCode.NOT_FOUND) {
          statuses.put(entry.storyId(), entry.status()); // What its client was told last.
          continue;
        }
        leftovers.add(
            "story %s cannot be asked for: %s".formatted(entry.storyId(), e.getMessage()));
      }
    }
    return statuses;
  }

  private void expectZero(CoordinatorMetrics metrics, String name) {
    double found = metrics.sum(name);
    if (found != 0) {
      leftovers.add("%s: expected 0, found %s".formatted(name, found));
    }
  }

  private void stop() {
    int status = farm.coordinator.stop();
    if (!ENDED.contains(status)) {
      leftovers.add("a coordinator that ended with status " + status);
    }
    leftovers.addAll(files(farm.coordinator.data().resolve("scratch")));
    leftovers.addAll(files(farm.coordinator.data().resolve("artifacts/unfinished")));
  }

  private static List<String> files(Path folder) {
    List<String> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!file.endsWith("lock")) {
                found.add("file " + file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      found.add("folder %s cannot be looked at: %s".formatted(folder, e));
    }
    return found;
  }
}
