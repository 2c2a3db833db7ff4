package dev.longtake.loadtest.faults;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.longtake.client.Addresses;
import dev.longtake.client.FarmClient;
import dev.longtake.client.Pass;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.farm.CoordinatorMetrics;
import dev.longtake.loadtest.faults.history.Happening;
import dev.longtake.loadtest.faults.history.Happening.Answered;
import dev.longtake.loadtest.faults.history.Happening.Begun;
import dev.longtake.loadtest.faults.history.Happening.Broke;
import dev.longtake.loadtest.faults.history.Happening.Counted;
import dev.longtake.loadtest.faults.history.Happening.Filmed;
import dev.longtake.loadtest.faults.history.Happening.LeftBehind;
import dev.longtake.loadtest.faults.history.Happening.Mended;
import dev.longtake.loadtest.faults.history.Happening.Skipped;
import dev.longtake.loadtest.faults.history.Happening.Stood;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One seed: a story from its submission to its end, and what was broken meanwhile. */
final class FaultRun {

  private static final Duration END_MAX = Duration.ofMinutes(4);
  private static final Duration LEAVE_MAX = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final String FILM = "film.mp4";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Farm farm;
  private final Workers workers;
  private final Path folder;
  private final long seed;
  private final InstantSource clock;
  private final Consumer<String> tell;
  private final HistoryFile history = new HistoryFile();
  private volatile @Nullable StoryStatus last;

  /**
   * On a farm that is up.
   *
   * @param folder exists; for the story, the films and the history
   * @param tell takes a line for a person now and then
   */
  FaultRun(
      Farm farm,
      Workers workers,
      Path folder,
      long seed,
      InstantSource clock,
      Consumer<String> tell) {
    this.farm = farm;
    this.workers = workers;
    this.folder = folder;
    this.seed = seed;
    this.clock = clock;
    this.tell = tell;
  }

  /**
   * Runs it to its end, and gives what happened; the same is in {@code history.jsonl} then.
   *
   * @param alone the film that one process has made of it
   */
  List<Happening> run(Path story, Path alone) {
    farm.forgetShots();
    count();
    String storyId = submit(story, farm.addresses());
    try (FarmClient client = FarmClient.connect(Addresses.parse(farm.addresses()), Pass.NONE)) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      last = client.get(storyId);
      history.add(new Begun(clock.millis(), storyId, FaultStory.CHUNKS, 0));
      Thread.ofVirtual().start(() -> watch(client, storyId, end));
      for (FaultPlan.Planned planned : FaultPlan.of(seed)) {
        apply(planned, storyId, end);
      }
      awaitEnd(end);
      end(client, storyId, story, alone);
    }
    new JournalRows(farm).of(storyId).forEach(history::add);
    history.write(folder.resolve("history.jsonl"));
    return history.all();
  }

  /** The newest of its states; it was asked for at the beginning. */
  private StoryStatus last() {
    return requireNonNull(last);
  }

  private String submit(Path story, String addresses) {
    return Machine.run(
            farm.program("longtake"), "submit", story.toString(), "--coordinator", addresses)
        .strip();
  }

  private void watch(FarmClient client, String storyId, CompletableFuture<Void> end) {
    while (!end.isDone()) {
      try {
        client.watch(storyId, this::onStatus);
        end.complete(null);
      } catch (LongtakeException e) {
        Machine.pause(LOOK_AGAIN); // All coordinators may be away for a while.
      }
    }
  }

  private void onStatus(StoryStatus status) {
    last = status;
    history.add(
        new Stood(
            clock.millis(),
            status.storyId(),
            status.state().name(),
            status.shots().stream().map(shot -> shot.counts().steps().done()).toList(),
            status.shots().stream().mapToInt(shot -> shot.counts().chunks().done()).sum(),
            status
                .ending()
                .flatMap(StoryStatus.Ending::failure)
                .map(failure -> failure.code() + ": " + failure.message())
                .orElse("")));
  }

  /** Of its chunk-steps, those that are done; 0 to 1. */
  private double share() {
    int done = 0;
    int total = 0;
    for (var shot : last().shots()) {
      done += shot.counts().steps().done();
      total += shot.counts().steps().total();
    }
    return total == 0 ? 0 : (double) done / total;
  }

  private void apply(FaultPlan.Planned planned, String storyId, CompletableFuture<Void> end) {
    Fault fault = planned.fault();
    var saboteur = new Saboteur(farm, workers, folder, seed);
    var obstacle = saboteur.obstacle(fault);
    if (obstacle.isPresent()) {
      tell.accept("seed %d: skipped %s: %s".formatted(seed, fault.word(), obstacle.get()));
      history.add(new Skipped(clock.millis(), fault.word(), obstacle.get()));
      return;
    }
    boolean isTime = await(() -> end.isDone() || share() >= planned.share(), END_MAX);
    if (!isTime || end.isDone()) {
      history.add(new Skipped(clock.millis(), fault.word(), "the story had ended"));
      return;
    }
    saboteur.apply(
        fault,
        storyId,
        how -> {
          tell.accept(
              "seed %d: %s at %d %% of the steps: %s"
                  .formatted(seed, fault.word(), Math.round(100 * share()), how));
          history.add(
              new Broke(
                  clock.millis(), fault.word(), how, lostMax(fault), fault.endsCoordinators()));
        });
    history.add(new Mended(clock.millis(), fault.word()));
  }

  /** One interval of each chunk, and a step of each that was told and not yet kept. */
  private int lostMax(Fault fault) {
    return FaultStory.CHUNKS * (fault.intervals() * farm.checkpointSteps() + 1);
  }

  private static void awaitEnd(CompletableFuture<Void> end) {
    try {
      end.get(END_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return; // The history tells how it stood.
    } catch (ExecutionException e) {
      throw new IllegalStateException("watching does not fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LongtakeException(ErrorCode.CANCELLED, "interrupted", e);
    }
  }

  private static boolean await(BooleanSupplier condition, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Machine.pause(LOOK_AGAIN);
    }
    return true;
  }

  private void end(FarmClient client, String storyId, Path story, Path alone) {
    if (last().state() == StoryState.SUCCEEDED) {
      fetch(client, storyId, alone);
      Map<String, String> answers = new TreeMap<>();
      for (Farm.Coordinator coordinator : farm.coordinators()) {
        answers.put(coordinator.name(), submit(story, coordinator.address()));
      }
      history.add(new Answered(clock.millis(), answers));
    } else if (!last().state().isEnded()) {
      last = client.cancel(storyId);
    }
    await(() -> leftBehind(storyId).isEmpty(), LEAVE_MAX);
    history.add(new LeftBehind(clock.millis(), leftBehind(storyId)));
    count();
  }

  private void fetch(FarmClient client, String storyId, Path alone) {
    List<String> damaged = new ArrayList<>();
    Path films = folder.resolve("fetched");
    for (FilmFile file : last().film().files()) {
      try {
        client.download(storyId, file, Files.createDirectories(films), bytes -> {});
      } catch (LongtakeException | IOException e) {
        damaged.add(file.name() + ": " + e.getMessage());
      }
    }
    if (damaged.isEmpty()) {
      history.add(
          new Filmed(
              clock.millis(), digest(films), digest(alone), frames(films), frames(alone), damaged));
    } else {
      history.add(new Filmed(clock.millis(), "", digest(alone), 0, frames(alone), damaged));
    }
  }

  private static String digest(Path film) {
    try {
      return Digest.of(Files.readAllBytes(film.resolve(FILM))).hex();
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, film + ": " + e, e);
    }
  }

  private static int frames(Path film) {
    try {
      return JSON.readTree(film.resolve("manifest.json").toFile())
          .path("film")
          .path("frameCount")
          .asInt();
    } catch (IOException e) {
      throw new LongtakeException(ErrorCode.FILE_UNUSABLE, film + ": " + e, e);
    }
  }

  private List<String> leftBehind(String storyId) {
    List<String> things = new ArrayList<>();
    farm.objects("checkpoints/" + storyId).forEach(file -> things.add("checkpoint " + file));
    for (Farm.Coordinator coordinator : farm.coordinators()) {
      farm.metrics(coordinator)
          .map(metrics -> metrics.get("longtake_latent_store_bytes"))
          .filter(bytes -> bytes > 0)
          .ifPresent(
              bytes ->
                  things.add(
                      "%s holds %.0f bytes of latents".formatted(coordinator.name(), bytes)));
    }
    return things;
  }

  private void count() {
    for (Farm.Coordinator coordinator : farm.coordinators()) {
      farm.metrics(coordinator).ifPresent(metrics -> history.add(counted(coordinator, metrics)));
    }
  }

  private Counted counted(Farm.Coordinator coordinator, CoordinatorMetrics metrics) {
    double heap =
        metrics.values().entrySet().stream()
            .filter(it -> it.getKey().startsWith("jvm_memory_max_bytes{area=\"heap\""))
            .mapToDouble(Map.Entry::getValue)
            .sum();
    return new Counted(
        clock.millis(),
        coordinator.name(),
        (long) metrics.sum("longtake_chunks_completed_total"),
        (long) metrics.get("longtake_latent_store_bytes"),
        (long) heap);
  }
}
