package dev.longtake.loadtest.run;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.farm.WorkerProcesses;
import dev.longtake.loadtest.scaling.FilmShape;
import dev.longtake.loadtest.scaling.Fit;
import dev.longtake.story.Camera;
import dev.longtake.story.FrameRate;
import dev.longtake.story.FrameSize;
import dev.longtake.story.RenderSettings;
import dev.longtake.story.Shot;
import dev.longtake.story.ShotText;
import dev.longtake.story.Story;
import dev.longtake.story.World;
import dev.longtake.story.status.ShotStatus;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * How long real workers, each a process of one thread, take for one shot of the bundled model: from
 * its submission until its last chunk is denoised. A fresh farm for each number of workers.
 */
public final class ScalingRun {

  /** One shot of eight chunks of the bundled model, of twelve steps each. */
  public static final FilmShape FILM = new FilmShape(1, 8, 12);

  private static final int FRAMES = 133;
  private static final FrameSize SIZE = new FrameSize(192, 128);
  private static final Duration CONNECT_LIMIT = Duration.ofMinutes(3);
  private static final World WORLD =
      new World("nowhere", List.of(), List.of(), List.of(), List.of());

  private final CoordinatorProcess.Start start;
  private final int rounds;
  private final Consumer<String> progress;

  /**
   * A measurement.
   *
   * @param start of each coordinator, in a folder of its own below this one
   * @param rounds of which the median counts; one more warms up
   * @param progress told in a line now and then how it stands
   */
  public ScalingRun(CoordinatorProcess.Start start, int rounds, Consumer<String> progress) {
    this.start = start;
    this.rounds = rounds;
    this.progress = progress;
  }

  /** Measures farms of these sizes. */
  public List<Fit.Point> measure(List<Integer> workers) {
    List<Fit.Point> points = new ArrayList<>();
    for (int count : workers) {
      Fit.Point point = new Fit.Point(count, measure(count));
      progress.accept("%d workers: %.2f s".formatted(count, point.seconds()));
      points.add(point);
    }
    return List.copyOf(points);
  }

  private double measure(int workers) {
    var here = new CoordinatorProcess.Start(start.command(), start.javaOptions(), folder(workers));
    try (CoordinatorProcess coordinator = CoordinatorProcess.start(here);
        WorkerProcesses processes = new WorkerProcesses();
        FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port());
        Ticks ticks = new Ticks()) {
      for (int i = 0; i < workers; i++) {
        processes.add(here, coordinator.port());
      }
      if (!ticks.until(
          () -> coordinator.metrics().get("longtake_workers") >= workers, CONNECT_LIMIT)) {
        throw new LongtakeException(
            ErrorCode.UNAVAILABLE,
            "expected %d workers within %s; their logs are in %s"
                .formatted(workers, CONNECT_LIMIT, here.folder()));
      }
      List<Double> seconds = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        double taken = denoise(client, round);
        if (round > 0) {
          seconds.add(taken);
        }
      }
      seconds.sort(null);
      return seconds.get(seconds.size() / 2);
    }
  }

  private Path folder(int workers) {
    try {
      return Files.createDirectories(start.folder().resolve("workers-" + workers));
    } catch (IOException e) {
      throw new LongtakeException(
          ErrorCode.FILE_UNUSABLE, start.folder() + ": cannot write: " + e, e);
    }
  }

  private static double denoise(FarmClient client, int round) {
    long begin = System.nanoTime();
    String storyId = client.submit("scaling-" + round, story(round), Map.of()).storyId();
    var end = new AtomicLong();
    StoryStatus last =
        client.watch(
            storyId,
            status -> {
              if (isDenoised(status)) {
                end.compareAndSet(0, System.nanoTime());
              }
            });
    if (last.state() != StoryState.SUCCEEDED) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "story %s: expected a film, found %s".formatted(storyId, last));
    }
    return (end.get() - begin) / 1e9;
  }

  private static boolean isDenoised(StoryStatus status) {
    return status.shots().stream()
        .map(ShotStatus::counts)
        .allMatch(it -> it.chunks().total() > 0 && it.chunks().done() == it.chunks().total());
  }

  private static Story story(int round) {
    var shot =
        new Shot(
            "shot",
            "",
            List.of(),
            List.of(),
            List.of(),
            ShotText.of("a street in the rain"),
            FRAMES,
            Camera.STATIC,
            round);
    return new Story(
        "scaling " + round,
        WORLD,
        SIZE,
        FrameRate.of(8),
        round,
        List.of(shot),
        List.of(),
        RenderSettings.DEFAULT);
  }
}
