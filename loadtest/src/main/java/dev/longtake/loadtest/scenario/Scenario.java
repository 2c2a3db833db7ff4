package dev.longtake.loadtest.scenario;

import static dev.longtake.error.Require.require;

import java.time.Duration;
import java.util.Optional;

/**
 * What a farm is put through, in numbers.
 *
 * @param storyCount stories submitted
 * @param arrivals in which they come; zero for all at once
 * @param limit after which, counted from the first arrival, what has not ended is cancelled
 */
public record Scenario(
    ScenarioName name,
    int workers,
    StoryShape shape,
    int storyCount,
    Duration arrivals,
    ComputeTimes times,
    Duration limit) {

  /** What a person may say instead of what the scenario says. */
  public record Changes(
      Optional<Integer> workers,
      Optional<Integer> stories,
      Optional<Duration> arrivals,
      Optional<Duration> chunkTime,
      Optional<Duration> limit) {}

  private static final double SPREAD = 0.1;
  private static final int CHUNKS_PER_SHOT = 8;
  private static final int SHOTS_PER_STORY = 4;
  private static final int FILL_CHUNKS = 10_000;
  private static final int STORM_STORIES = 1000;

  /** The share of the farm that steady arrivals keep busy. */
  private static final double STEADY_SHARE = 0.7;

  private static final Duration STEADY = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final StoryShape USUAL = StoryShape.ofChunks(SHOTS_PER_STORY, CHUNKS_PER_SHOT);

  /** Three hours: 18 shots of ten minutes at a frame a second. */
  private static final StoryShape THREE_HOURS = new StoryShape(18, 600, 1);

  public Scenario {
    require(workers > 0, "workers is not positive: %d", workers);
    require(storyCount > 0, "storyCount is not positive: %d", storyCount);
    require(!arrivals.isNegative(), "arrivals is negative: %s", arrivals);
    require(limit.isPositive(), "limit is not positive: %s", limit);
  }

  /** The scenario of this name. */
  public static Scenario of(ScenarioName name, Changes changes) {
    Scenario usual = usual(name, changes);
    return new Scenario(
        name,
        usual.workers,
        usual.shape,
        changes.stories().orElse(usual.storyCount),
        changes.arrivals().orElse(usual.arrivals),
        usual.times,
        changes.limit().orElse(usual.limit));
  }

  private static Scenario usual(ScenarioName name, Changes changes) {
    return switch (name) {
      case FILL ->
          new Scenario(
              name,
              changes.workers().orElse(100),
              USUAL,
              Math.ceilDiv(FILL_CHUNKS, SHOTS_PER_STORY * CHUNKS_PER_SHOT),
              Duration.ZERO,
              times(changes, Duration.ofMinutes(10)),
              LIMIT);
      case STEADY, HERD, ROLLING -> steady(name, changes);
      case STORM ->
          new Scenario(
              name,
              changes.workers().orElse(100),
              StoryShape.ofChunks(1, 4),
              STORM_STORIES,
              Duration.ofSeconds(10),
              times(changes, Duration.ofMillis(200)),
              LIMIT);
      case LONG ->
          new Scenario(
              name,
              changes.workers().orElse(10),
              THREE_HOURS,
              1,
              Duration.ZERO,
              times(changes, Duration.ofMillis(100)),
              LIMIT);
    };
  }

  private static Scenario steady(ScenarioName name, Changes changes) {
    int workers = changes.workers().orElse(100);
    ComputeTimes times = times(changes, Duration.ofSeconds(4));
    Duration arrivals = changes.arrivals().orElse(STEADY);
    double busySeconds =
        SHOTS_PER_STORY * (CHUNKS_PER_SHOT * seconds(times.chunk()) + seconds(times.segment()));
    double stories = STEADY_SHARE * workers * seconds(arrivals) / Math.max(busySeconds, 1e-3);
    return new Scenario(name, workers, USUAL, Math.max(1, (int) stories), arrivals, times, LIMIT);
  }

  private static ComputeTimes times(Changes changes, Duration chunk) {
    Duration time = changes.chunkTime().orElse(chunk);
    return new ComputeTimes(time, time.dividedBy(4), SPREAD);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** Whether a run ends as soon as every worker is at work. */
  public boolean endsWhenFull() {
    return name == ScenarioName.FILL;
  }
}
