package dev.longtake.loadtest.faults;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.faults.history.Cost;
import dev.longtake.loadtest.faults.history.Happening;
import dev.longtake.loadtest.faults.history.Judgement;
import dev.longtake.loadtest.faults.history.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Seeds one after the other, on one farm. */
public final class FaultSeries {

  private static final int WORKERS = 3;
  private static final int CHECKPOINT_STEPS = 4;

  private final Path home;
  private final Path folder;
  private final Consumer<String> tell;
  private final List<Cost> costs = new ArrayList<>();
  private int violations;

  /**
   * None yet.
   *
   * @param home where the programs were built
   * @param folder for the farm, the films and the histories; kept
   * @param tell takes a line for a person now and then
   */
  public FaultSeries(Path home, Path folder, Consumer<String> tell) {
    this.home = home;
    this.folder = folder.toAbsolutePath().normalize();
    this.tell = tell;
  }

  /** What each fault cost, in order. */
  public List<Cost> costs() {
    return costs;
  }

  /**
   * Runs them.
   *
   * @return whether every promise was kept
   */
  public boolean run(long first, int count) {
    Farm farm = new Farm(home, create(folder.resolve("farm")), CHECKPOINT_STEPS);
    Path objects = create(farm.folder().resolve("objects"));
    SmallDisk.mount(objects);
    create(objects.resolve("farm"));
    List<Long> pids = List.of();
    try {
      Path alone = renderAlone(farm);
      farm.up();
      try (Workers workers = new Workers(farm, folder)) {
        for (int i = 1; i <= WORKERS; i++) {
          workers.add("worker-" + i, Map.of());
        }
        for (long seed = first; seed < first + count; seed++) {
          run(farm, workers, seed, alone);
        }
      }
      pids = farm.pids();
    } finally {
      farm.down();
      SmallDisk.unmount(objects);
    }
    for (long pid : pids) {
      if (ProcessHandle.of(pid).isPresent()) {
        violate(Promise.NOTHING_LEFT, "process %d goes on".formatted(pid));
      }
    }
    return violations == 0;
  }

  /** What one process makes of the story, which is what all are to make of it. */
  private Path renderAlone(Farm farm) {
    tell.accept("rendering the story in one process");
    Path place = create(folder.resolve("alone"));
    Path film = place.resolve("film");
    Machine.run(
        farm.program("longtake"),
        "render",
        FaultStory.write(place, world(), "alone").toString(),
        "--out",
        film.toString(),
        "--farm",
        place.resolve("farm").toString());
    return film;
  }

  private Path world() {
    return home.resolve("ops/examples/new-york-zoo/world");
  }

  private void run(Farm farm, Workers workers, long seed, Path alone) {
    Path place = create(folder.resolve("seed-" + seed));
    Path story = FaultStory.write(place, world(), "seed-" + seed);
    List<Happening> history =
        new FaultRun(farm, workers, place, seed, InstantSource.system(), tell).run(story, alone);
    Judgement judgement = Judgement.of(history);
    costs.addAll(Cost.of(history));
    tell.accept("seed %d: %s".formatted(seed, judgement.isKept() ? "all promises kept" : "BROKEN"));
    judgement.violations().forEach((promise, all) -> all.forEach(it -> violate(promise, it)));
    workers.mend();
    farm.up();
  }

  private void violate(Promise promise, String how) {
    violations++;
    tell.accept("  (%d) %s: %s".formatted(promise.number(), promise.words(), how));
  }

  private static Path create(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, folder + ": " + e, e);
    }
  }
}
