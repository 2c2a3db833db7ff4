package dev.longtake.loadtest.run;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.loadtest.audit.Audit;
import dev.longtake.loadtest.audit.Growth;
import dev.longtake.loadtest.audit.Invariant;
import dev.longtake.loadtest.client.StoryClients.Submission;
import dev.longtake.loadtest.farm.CoordinatorProcess;
import dev.longtake.loadtest.history.Course;
import dev.longtake.loadtest.history.Seen;
import dev.longtake.loadtest.history.Timeline;
import dev.longtake.loadtest.scenario.Arrivals;
import dev.longtake.loadtest.scenario.Clientele;
import dev.longtake.loadtest.scenario.ComputeTimes;
import dev.longtake.loadtest.scenario.Scenario;
import dev.longtake.loadtest.scenario.StoryShape;
import dev.longtake.loadtest.scenario.StorySource;
import dev.longtake.story.Story;
import dev.longtake.story.status.StoryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One run: starts a coordinator, connects the workers, warms both sides up, puts the load on, waits
 * for the end or the limit, ends everything in order, and audits.
 */
public final class LoadRun implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofMinutes(2);
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(2);
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final int BEATS_PER_LINE = 8;

  private final Plan plan;
  private final Scenario scenario;
  private final Consumer<String> progress;
  private final Ticks ticks = new Ticks();
  private final Surroundings farm;
  private final Timeline timeline = new Timeline();
  private final Course course = new Course();
  private final AtomicInteger submitted = new AtomicInteger();
  private final Map<String, Double> seconds = new HashMap<>();
  private final Map<String, Long> counts = new HashMap<>();
  private long leasesBefore;

  /**
   * A run of which the coordinator is started.
   *
   * @param progress told in a line now and then how it stands
   */
  public LoadRun(Plan plan, CoordinatorProcess.Start start, Consumer<String> progress) {
    this.plan = plan;
    this.scenario = plan.scenario();
    this.progress = progress;
    long begin = System.nanoTime();
    this.farm = new Surroundings(plan, start);
    seconds.put("start", since(begin));
  }

  /** The coordinator's process. */
  public long coordinatorPid() {
    return farm.coordinator.pid();
  }

  /** Runs it to its end. */
  public Outcome run() {
    double loadBefore = Machine.load();
    connect();
    warmUp();
    long start = System.nanoTime();
    Duration cpuBefore = farm.coordinator.cpuTime();
    Duration ownCpuBefore = ownCpu();
    schedule();
    try (var looks = new Looks(farm.coordinator, course)) {
      scenario.lookEvery().ifPresent(looks::begin);
      watch(start);
    }
    long end = System.nanoTime();
    farm.fleet.endWaits(end);
    seconds.put("load", (end - start) / 1e9);
    seconds.put("coordinatorCpu", seconds(farm.coordinator.cpuTime().minus(cpuBefore)));
    seconds.put("simulationCpu", seconds(ownCpu().minus(ownCpuBefore)));
    seconds.put("leasing", Math.max(0, farm.history.lastLeaseAt() - start) / 1e9);
    if (scenario.endsWhenFull() && farm.incidents.fullAt() > start) {
      seconds.put("fill", (farm.incidents.fullAt() - start) / 1e9);
    }
    counts.put("leases", farm.history.leases() - leasesBefore);
    counts.put("cancelledAtLimit", (long) farm.book.openCount());
    Closing closing = new Closing(farm, ticks, progress, scenario.keep().isPresent());
    List<Invariant> audit = new ArrayList<>(Audit.of(closing.end()));
    scenario.lookEvery().ifPresent(every -> audit.addAll(Growth.of(course.looks())));
    count();
    return new Outcome(
        plan,
        Machine.here(),
        counts,
        seconds,
        List.of(loadBefore, Machine.load()),
        new Seen(farm.latencies, timeline, course),
        audit);
  }

  private void connect() {
    progress.accept(
        "%d workers connect over %d connections ..."
            .formatted(scenario.workers(), farm.lines.count()));
    long begin = System.nanoTime();
    if (!ticks.until(() -> farm.fleet.answeredCount() == scenario.workers(), CONNECT_LIMIT)) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "expected %d workers to be answered within %s, found %d"
              .formatted(scenario.workers(), CONNECT_LIMIT, farm.fleet.answeredCount()));
    }
    seconds.put("connect", since(begin));
  }

  private void warmUp() {
    if (plan.warmUpStories() == 0) {
      return;
    }
    progress.accept("%d small stories warm both sides up ...".formatted(plan.warmUpStories()));
    farm.simulation.times().set(new ComputeTimes(SHORT, SHORT, 0));
    var source = new StorySource(~plan.seed());
    for (int i = 0; i < plan.warmUpStories(); i++) {
      Story story = source.next("warm-up " + i, StoryShape.ofChunks(1, 8));
      farm.clients.play(new Submission(1, "warm-up", "warm-up-" + i, story));
    }
    if (!ticks.until(
        () -> farm.clients.pending() == 0 && farm.fleet.heldCount() == 0, WARM_UP_LIMIT)) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "expected %d small stories to be rendered within %s, found %d"
              .formatted(
                  plan.warmUpStories(), WARM_UP_LIMIT, farm.book.count(StoryState.SUCCEEDED)));
    }
    farm.simulation.times().set(scenario.times());
    farm.latencies.reset();
    leasesBefore = farm.history.leases();
  }

  private void schedule() {
    var source = new StorySource(plan.seed());
    var comers = new SplittableRandom(plan.seed());
    List<Duration> arrivals = Arrivals.of(scenario.storyCount(), scenario.arrivals(), plan.seed());
    for (int i = 0; i < arrivals.size(); i++) {
      Clientele.Client client = scenario.clientele().next(comers);
      Story story = source.next("%s %d".formatted(client.name(), i), client.shape());
      var submission = new Submission(i, client.name(), "request-" + i, story);
      farm.timers.after(
          arrivals.get(i),
          () -> {
            farm.clients.play(submission);
            submitted.incrementAndGet();
          });
    }
    switch (scenario.name()) {
      case FILL, STEADY, STORM, MIXED, LONG, MONTH -> {}
      case HERD -> farm.timers.after(scenario.arrivals().dividedBy(2), farm.lines::breakAll);
      case ROLLING -> drainAll();
    }
  }

  private void drainAll() {
    for (int i = 0; i < scenario.workers(); i++) {
      int worker = i;
      farm.timers.after(
          scenario.arrivals().multipliedBy(i).dividedBy(scenario.workers()),
          () -> farm.fleet.drain(worker));
    }
  }

  /** Until all stories have ended, or the farm is full where that is the question, or the limit. */
  private void watch(long start) {
    long limit = start + scenario.limit().toNanos();
    for (int beat = 0; !isOver() && System.nanoTime() < limit; beat++) {
      ticks.next();
      timeline.add(moment(start));
      if (beat % BEATS_PER_LINE == 0) {
        progress.accept(line());
      }
    }
    timeline.add(moment(start));
    progress.accept(line());
  }

  private boolean isOver() {
    boolean isAllSubmitted = submitted.get() == scenario.storyCount();
    return scenario.endsWhenFull()
        ? isAllSubmitted && farm.incidents.busy() == scenario.workers()
        : isAllSubmitted && farm.clients.pending() == 0;
  }

  private Timeline.Moment moment(long start) {
    return new Timeline.Moment(
        since(start),
        farm.history.leases() - leasesBefore,
        farm.incidents.busy(),
        farm.backlog.waiting(),
        farm.book.openCount());
  }

  private String line() {
    Timeline.Moment now = timeline.moments().getLast();
    return String.format(
        Locale.ROOT,
        "%6.1f s  %d of %d stories submitted, %d open; %d chunks wait; %d of %d workers busy; "
            + "%d leases, %.0f a second",
        now.seconds(),
        submitted.get(),
        scenario.storyCount(),
        now.openStories(),
        now.waiting(),
        now.busy(),
        scenario.workers(),
        now.leases(),
        timeline.rate(timeline.moments().size() - 1));
  }

  private void count() {
    counts.put("submitted", (long) submitted.get());
    counts.put("accepted", (long) farm.book.entries().size() - plan.warmUpStories());
    counts.put("refused", (long) farm.book.refused().size());
    counts.put("submitsUnanswered", (long) farm.clients.unanswered());
    counts.put("succeeded", (long) farm.book.count(StoryState.SUCCEEDED) - plan.warmUpStories());
    counts.put("failed", (long) farm.book.count(StoryState.FAILED));
    counts.put("cancelled", (long) farm.book.count(StoryState.CANCELLED));
    counts.put("filmsFetched", (long) farm.clients.fetched());
    counts.put("duplicateLeases", (long) farm.history.duplicates().size());
    counts.put("streamsBroken", farm.incidents.streamsBroken());
    counts.put("uploadsRepeated", farm.incidents.uploadsRepeated());
    counts.put("workersRestarted", (long) farm.fleet.restarts());
  }

  private static double since(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static Duration ownCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Ends whatever is still there. */
  @Override
  public void close() {
    ticks.close();
    farm.close();
  }
}
