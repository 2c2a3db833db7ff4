package dev.longtake.loadtest.scenario;

import static dev.longtake.error.Require.require;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a farm is put through, in numbers.
 *
 * @param clientele who submits stories
 * @param storyCount stories submitted
 * @param arrivals in which they come; zero for all at once
 * @param limit after which, counted from the first arrival, what has not ended is cancelled
 */
public record Scenario(
    ScenarioName name,
    int workers,
    Clientele clientele,
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

  /** In how many equal times a run of {@code month} is looked at. */
  public static final int MONTH_LOOKS = 12;

  private static final double SPREAD = 0.1;
  private static final int CHUNKS_PER_SHOT = 8;
  private static final int SHOTS_PER_STORY = 4;
  private static final int FILL_CHUNKS = 10_000;
  private static final int STORM_STORIES = 1000;
  private static final int MONTH_STORIES_PER_SECOND = 4;

  /** The share of the farm that steady arrivals keep busy. */
  private static final double STEADY_SHARE = 0.7;

  private static final Duration STEADY = Duration.ofSeconds(30);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LONG_LIMIT = Duration.ofMinutes(5);
  private static final Clientele USUAL =
      Clientele.of(StoryShape.ofChunks(SHOTS_PER_STORY, CHUNKS_PER_SHOT));

  /** Three hours: 18 shots of ten minutes at four frames a second, 5,400 chunks in all. */
  private static final Clientele THREE_HOURS = Clientele.of(new StoryShape(18, 2400, 4));

  /** Who looks for a shot, who makes a scene of some, and who renders a film overnight. */
  private static final Clientele THREE_CLIENTS =
      new Clientele(
          List.of(
              new Clientele.Client("preview", StoryShape.ofChunks(1, 4), 12),
              new Clientele.Client("scene", StoryShape.ofChunks(4, 8), 4),
              new Clientele.Client("film", StoryShape.ofChunks(4, 32), 1)));

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
        usual.clientele,
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
      case STEADY, HERD, ROLLING -> steady(name, USUAL, changes);
      case MIXED -> steady(name, THREE_CLIENTS, changes);
      case STORM ->
          new Scenario(
              name,
              changes.workers().orElse(100),
              Clientele.of(StoryShape.ofChunks(1, 4)),
              STORM_STORIES,
              Duration.ofSeconds(10),
              times(changes, Duration.ofMillis(200)),
              LIMIT);
      case LONG ->
          new Scenario(
              name,
              changes.workers().orElse(30),
              THREE_HOURS,
              1,
              Duration.ZERO,
              times(changes, Duration.ofMillis(100)),
              LONG_LIMIT);
      case MONTH -> month(changes);
    };
  }

  private static Scenario steady(ScenarioName name, Clientele clientele, Changes changes) {
    int workers = changes.workers().orElse(100);
    ComputeTimes times = times(changes, Duration.ofSeconds(4));
    Duration arrivals = changes.arrivals().orElse(STEADY);
    double busySeconds = Math.max(clientele.busySeconds(times), 1e-3);
    double stories = STEADY_SHARE * workers * seconds(arrivals) / busySeconds;
    Duration limit = arrivals.compareTo(STEADY) > 0 ? arrivals.plus(STEADY) : LIMIT;
    return new Scenario(
        name, workers, clientele, Math.max(1, (int) stories), arrivals, times, limit);
  }

  /** Short work and many stories: what a month leaves behind depends on how many there were. */
  private static Scenario month(Changes changes) {
    Duration arrivals = changes.arrivals().orElse(LIMIT);
    return new Scenario(
        ScenarioName.MONTH,
        changes.workers().orElse(20),
        Clientele.of(StoryShape.ofChunks(1, CHUNKS_PER_SHOT)),
        Math.max(1, (int) (MONTH_STORIES_PER_SECOND * seconds(arrivals))),
        arrivals,
        times(changes, Duration.ofMillis(20)),
        arrivals.plus(LIMIT));
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

  /** How long the coordinator keeps what has ended; empty for ever. */
  public Optional<Duration> keep() {
    Duration tenth = arrivals.dividedBy(10);
    Duration least = Duration.ofSeconds(1);
    return name == ScenarioName.MONTH
        ? Optional.of(tenth.compareTo(least) < 0 ? least : tenth)
        : Optional.empty();
  }

  /** How often what the coordinator takes is looked at; not at all where it does not matter. */
  public Optional<Duration> lookEvery() {
    return name == ScenarioName.MONTH
        ? Optional.of(arrivals.dividedBy(MONTH_LOOKS))
        : Optional.empty();
  }
}
