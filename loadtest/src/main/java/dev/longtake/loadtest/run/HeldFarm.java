package dev.longtake.loadtest.run;

import dev.longtake.client.FarmClient;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.history.Backlog;
import dev.longtake.loadtest.history.Latencies;
import dev.longtake.loadtest.history.LeaseHistory;
import dev.longtake.loadtest.scenario.ComputeTimes;
import dev.longtake.loadtest.scenario.StoryShape;
import dev.longtake.loadtest.scenario.StorySource;
import dev.longtake.loadtest.worker.Incidents;
import dev.longtake.loadtest.worker.Lines;
import dev.longtake.loadtest.worker.Simulation;
import dev.longtake.loadtest.worker.Timers;
import dev.longtake.loadtest.worker.WorkerFleet;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** A coordinator in its own process, and one simulated worker that takes for ever over a shot. */
public final class HeldFarm implements AutoCloseable {

  private static final ComputeTimes FOR_EVER =
      new ComputeTimes(Duration.ofDays(1), Duration.ofDays(1), 0);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final CoordinatorProcess coordinator;
  private final Timers timers = new Timers();
  private final Ticks ticks = new Ticks();
  private final StorySource source = new StorySource(1);
  private final Lines lines;
  private final FarmClient client;
  private final WorkerFleet fleet;
  private String heldStory = "";
  private int held;

  /** Starts it. */
  public HeldFarm(CoordinatorProcess.Start start) {
    coordinator = CoordinatorProcess.start(start);
    lines = new Lines(coordinator.port(), 1);
    client = FarmClient.connect("127.0.0.1", coordinator.port());
    var simulation =
        new Simulation(
            lines,
            timers,
            new AtomicReference<>(FOR_EVER),
            new LeaseHistory(),
            new Backlog(),
            Latencies.none(),
            new Incidents(1));
    fleet = new WorkerFleet(simulation, 1, 1);
  }

  /** The coordinator's process. */
  public CoordinatorProcess coordinator() {
    return coordinator;
  }

  /**
   * Has the worker hold the one shot of a new story; the one before is cancelled.
   *
   * @return the story's id
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if it does not come to that
   */
  public String hold() {
    if (!heldStory.isEmpty()) {
      client.cancel(heldStory);
      await(() -> fleet.heldCount() == 0, "the story before to be let go");
    }
    held++;
    String name = "held " + held;
    var story = source.next(name, StoryShape.ofChunks(1, 8));
    heldStory = client.submit("held-" + held, story, Map.of()).storyId();
    await(() -> fleet.heldCount() > 0, "the worker to hold " + heldStory);
    return heldStory;
  }

  private void await(BooleanSupplier isSo, String what) {
    if (!ticks.until(isSo, PATIENCE)) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "expected %s within %s".formatted(what, PATIENCE));
    }
  }

  @Override
  public void close() {
    client.close();
    fleet.close();
    ticks.close();
    timers.close();
    lines.close();
    coordinator.close();
  }
}
