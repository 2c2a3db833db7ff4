package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.StoryDemand.Holder;
import dev.longtake.coordinator.dispatch.StoryDemand.Want;
import dev.longtake.coordinator.dispatch.ledger.Ledger;
import dev.longtake.coordinator.dispatch.ledger.Sharing;
import dev.longtake.coordinator.dispatch.ledger.UseInMemory;
import dev.longtake.coordinator.dispatch.share.Claimant;
import dev.longtake.coordinator.dispatch.share.Moment;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.dispatch.share.Terms;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import dev.longtake.plan.ShotInputs;
import dev.longtake.plan.StoryPlan;
import dev.longtake.testing.TestStories;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A farm that several tenants use, in virtual time from one seed: dispatch's own fleet and board,
 * and shots that take as long as their slowest worker. After each change it is seen to that nobody
 * is idle for whom there is work, and that no quota is passed.
 *
 * <p>Chunks of a shot go in step, so a worker of a shot is free when the shot is done. Decoding,
 * faults and the time that messages take are left out.
 */
final class ShareSim {

  private static final String NODE = "node";
  private static final ShotInputs SHOT =
      StoryPlan.of(TestStories.story("s", 57), TestStories.MODEL, TestStories.ENGINE_CLASS)
          .shots()
          .getFirst()
          .inputs();
  private static final List<Want> WANTS =
      IntStream.range(0, 64).mapToObj(chunk -> new Want(chunk, Optional.empty())).toList();
  private static final StoryDemand.Pin PIN =
      new StoryDemand.Pin(TestStories.ENGINE_CLASS, TestStories.MODEL.identity().digest());

  /**
   * How a tenant works.
   *
   * @param shotsMax shots of a film, one at least
   * @param chunksMax chunks of a shot, one at least
   * @param chunkMillis of one worker, give or take a third
   * @param pauseMillis from the end of a film to the next one, twice as long at most; 0 where there
   *     are always twelve
   */
  record Habit(int shotsMax, int chunksMax, int chunkMillis, int pauseMillis) {}

  /** A film that is not finished. */
  private final class Film {
    private final String id;
    private final String tenant;
    private final long sequence;
    private final long at;
    private final List<Integer> shots;
    private final Map<Integer, List<Grant>> running = new TreeMap<>();
    private final Set<Integer> begun = new HashSet<>();
    private int doneCount;
    private long version;

    private Film(String id, String tenant, long sequence, long at, List<Integer> shots) {
      this.id = id;
      this.tenant = tenant;
      this.sequence = sequence;
      this.at = at;
      this.shots = shots;
    }

    private StoryDemand demand() {
      List<StoryDemand.Shot> wanted = new ArrayList<>();
      int waiting = 0;
      for (int i = 0; i < shots.size(); i++) {
        if (!begun.contains(i)) {
          waiting += shots.get(i);
          wanted.add(new StoryDemand.Shot(i, true, WANTS.subList(0, shots.get(i)), List.of()));
        }
      }
      int all = shots.stream().mapToInt(it -> it).sum();
      return new StoryDemand(
          id,
          sequence,
          version,
          Optional.of(PIN),
          wanted,
          holders(),
          new ChunkCounts(waiting, 0, all - waiting),
          new Claimant(areOne ? "all" : tenant, Instant.ofEpochMilli(at)));
    }

    private List<Holder> holders() {
      Map<WorkerKey, List<Order>> held = new TreeMap<>();
      running.forEach(
          (shot, grants) ->
              grants.forEach(
                  grant ->
                      held.computeIfAbsent(grant.worker(), key -> new ArrayList<>())
                          .add(order(shot, grant.index()))));
      return held.entrySet().stream().map(it -> new Holder(it.getKey(), it.getValue())).toList();
    }

    private Order order(int shot, int chunk) {
      return new Order(
          new LeaseToken(id, shot, Kind.CHUNK, chunk, 1),
          new Work.DenoiseChunk(SHOT, 0, 1, 0, 0, false, false, CheckpointPlan.NONE));
    }
  }

  private record Event(long at, long number, Runnable what) {}

  private final boolean areOne;
  private final SplittableRandom random;
  private final ShareSettings settings;
  private final Map<String, Habit> habits;
  private final int workerCount;
  private final UseInMemory used = new UseInMemory();
  private Fleet fleet;
  private Ledger ledger;
  private long kept;
  private final Map<String, Film> films = new HashMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Map<String, Integer> waitingShots = new HashMap<>();
  private final Map<String, Integer> runningChunks = new HashMap<>();
  private final Set<WorkerKey> busy = new HashSet<>();
  private final ShareFigures figures;
  private long now;
  private long told;
  private long sequence;
  private long eventCount;

  /**
   * A farm on which nothing has happened.
   *
   * @param areOne the farm is not told whose a film is
   */
  ShareSim(
      long seed,
      int workerCount,
      ShareSettings settings,
      Map<String, Habit> habits,
      boolean areOne) {
    this.areOne = areOne;
    this.random = new SplittableRandom(seed);
    this.workerCount = workerCount;
    this.settings = settings;
    this.habits = new TreeMap<>(habits);
    this.fleet = new Fleet(3, settings);
    this.ledger = ledger();
    this.figures = new ShareFigures(this.habits.keySet(), settings.tenants());
  }

  private Ledger ledger() {
    return new Ledger(
        fleet.accounts(), new Sharing(settings, () -> Moment.at(now), used, Runnable::run));
  }

  /** Dispatch starts again every so often, with what was written down of what was used. */
  ShareSim restarting(long millis) {
    after(
        millis,
        () -> {
          fleet = new Fleet(3, settings);
          ledger = ledger();
          keepBooks();
          told = 0;
          begin();
          films.values().forEach(this::tell);
          restarting(millis);
        });
    return this;
  }

  private void keepBooks() {
    kept = now;
    ledger.next().ifPresent(answer -> ledger.take(answer.join()));
  }

  private void begin() {
    fleet.begin(NODE, 0);
    for (int i = 0; i < workerCount; i++) {
      hear(
          new NodeNews.WorkerHere(
              Seat.ofAll(
                  new WorkerKey("w%04d".formatted(i), "1"),
                  TestStories.ENGINE_CLASS,
                  TestStories.MODEL,
                  false,
                  1)));
    }
  }

  /** Goes on for so long, and says what was seen. */
  ShareFigures run(long millis) {
    keepBooks();
    begin();
    habits.forEach(
        (tenant, habit) -> {
          for (int i = 0; i < (habit.pauseMillis() == 0 ? 12 : 1); i++) {
            after(random.nextInt(1 + habit.pauseMillis()), () -> submit(tenant));
          }
        });
    while (!events.isEmpty() && events.element().at() <= millis) {
      Event event = events.remove();
      now = event.at();
      figures.goOnUntil(now, habits.keySet().stream().filter(this::wants).toList());
      ledger.setTime();
      if (now - kept >= 5_000) {
        keepBooks();
      }
      event.what().run();
      if (events.isEmpty() || events.element().at() > now) {
        deal();
        check();
      }
    }
    films.values().stream()
        .filter(film -> film.begun.isEmpty())
        .forEach(film -> figures.waited(film.tenant, now - film.at));
    return figures;
  }

  private boolean wants(String tenant) {
    return waitingShots.getOrDefault(tenant, 0) > 0;
  }

  private void hear(NodeNews news) {
    told++;
    fleet.hear(NODE, told, news);
  }

  private void after(long millis, Runnable what) {
    events.add(new Event(now + millis, eventCount++, what));
  }

  private void submit(String tenant) {
    Habit habit = habits.get(tenant);
    List<Integer> shots =
        random
            .ints(1 + random.nextInt(habit.shotsMax()), 1, habit.chunksMax() + 1)
            .boxed()
            .toList();
    sequence++;
    var film = new Film("film-%07d".formatted(sequence), tenant, sequence, now, shots);
    films.put(film.id, film);
    waitingShots.merge(tenant, shots.size(), Integer::sum);
    tell(film);
  }

  private void tell(Film film) {
    film.version++;
    hear(new NodeNews.StoryWants(film.demand()));
  }

  private void deal() {
    for (Assignment assignment : fleet.assign()) {
      begin((Assignment.Lease) assignment);
    }
  }

  private void begin(Assignment.Lease lease) {
    Film film = films.get(lease.storyId());
    if (film.begun.isEmpty()) {
      figures.waited(film.tenant, now - film.at);
    }
    long asked = fleet.ask(lease);
    film.begun.add(lease.shotIndex());
    waitingShots.merge(film.tenant, -1, Integer::sum);
    runningChunks.merge(film.tenant, lease.grants().size(), Integer::sum);
    film.running.put(lease.shotIndex(), lease.grants());
    tell(film);
    fleet.answer(asked, film.id, true, film.version);
    Map<WorkerKey, Integer> chunks = new HashMap<>();
    for (Grant grant : lease.grants()) {
      chunks.merge(grant.worker(), 1, Integer::sum);
    }
    chunks.keySet().stream()
        .filter(worker -> !busy.add(worker))
        .forEach(worker -> fail("%s was not idle".formatted(worker)));
    int most = chunks.values().stream().mapToInt(it -> it).max().orElseThrow();
    int mean = habits.get(film.tenant).chunkMillis();
    long took = (long) most * (mean * 2 / 3 + random.nextInt(mean * 2 / 3 + 1));
    figures.workers(film.tenant, chunks.size(), took);
    after(took, () -> end(film, lease.shotIndex(), chunks.keySet()));
  }

  private void end(Film film, int shot, Set<WorkerKey> workers) {
    busy.removeAll(workers);
    figures.workers(film.tenant, -workers.size(), 0);
    runningChunks.merge(film.tenant, -film.shots.get(shot), Integer::sum);
    film.running.remove(shot);
    film.doneCount++;
    if (film.doneCount < film.shots.size()) {
      tell(film);
      return;
    }
    films.remove(film.id);
    film.version++;
    hear(new NodeNews.StoryEnded(film.id, film.version));
    int pause = habits.get(film.tenant).pauseMillis();
    after(pause == 0 ? 0 : random.nextInt(2 * pause), () -> submit(film.tenant));
  }

  private void check() {
    if (!fleet.assign().isEmpty()) {
      fail("something more could be dealt out");
    }
    for (String tenant : habits.keySet()) {
      Terms terms = settings.tenants().of(tenant);
      int running = runningChunks.getOrDefault(tenant, 0);
      int max = terms.chunksMax().orElse(Integer.MAX_VALUE);
      if (running > Math.max(max, habits.get(tenant).chunksMax())) {
        fail("%s has %d chunks under way".formatted(tenant, running));
      }
      boolean isStopped = terms.gpuTimeADay().isPresent() && fleet.accounts().isStopped(tenant);
      boolean mayBegin = !isStopped && running + habits.get(tenant).chunksMax() <= max;
      if (busy.size() < workerCount && mayBegin && wants(tenant)) {
        fail("%s waits beside %d idle workers".formatted(tenant, workerCount - busy.size()));
      }
    }
  }

  private void fail(String what) {
    throw new SimViolation("at %d ms: %s".formatted(now, what));
  }
}
