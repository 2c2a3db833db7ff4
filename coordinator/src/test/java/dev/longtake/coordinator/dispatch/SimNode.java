package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A coordinator's process: stories, workers' connections, and its end of dispatch. */
final class SimNode extends SimProcess {

  private static final long TICK = 500;
  private static final long SILENCE_MAX = 4_000;

  private record Connected(SimWorker worker, Seat seat, long heardAt) {}

  private final SimFarm farm;
  private final String name;
  private final Map<String, SimStory> stories = new TreeMap<>();
  private final Map<String, StoryDemand> demands = new TreeMap<>();
  private final Map<WorkerKey, Connected> workers = new TreeMap<>();
  private final Map<WorkerKey, Long> ordersHeard = new TreeMap<>();
  private long number;

  SimNode(SimFarm farm, String name) {
    super(farm.clock());
    this.farm = farm;
    this.name = name;
    every(TICK, this::tick);
  }

  String name() {
    return name;
  }

  /** The story's actor here, started if it is not. */
  SimStory story(String storyId) {
    SimStory story = stories.get(storyId);
    if (story == null) {
      story = new SimStory(farm, this, storyId);
      if (!hasEnded()) {
        stories.put(storyId, story);
      }
    }
    return story;
  }

  /** Stories whose place is elsewhere go from here, whoever they belong to when it hears of it. */
  void leave(List<String> others) {
    for (String id : others) {
      SimStory story = stories.remove(id);
      if (story != null) {
        story.stop();
        left(id);
      }
    }
  }

  /** An actor that has nothing more to say goes; the next who asks has another one started. */
  void stop(String storyId, SimStory story) {
    if (stories.remove(storyId, story)) {
      story.stop();
    }
  }

  private void tick() {
    for (Connected connected : List.copyOf(workers.values())) {
      if (farm.clock().now() - connected.heardAt() > SILENCE_MAX) {
        workers.remove(connected.seat().key());
        ordersHeard.remove(connected.seat().key());
        tell(new NodeNews.WorkerLost(connected.seat().key(), true));
      }
    }
    here();
    stories.values().forEach(SimStory::check);
  }

  /** A worker says what it holds. */
  void hear(SimWorker worker, Seat seat, List<Report> reports) {
    Connected before = workers.put(seat.key(), new Connected(worker, seat, farm.clock().now()));
    if (before == null || !before.seat().equals(seat)) {
      tell(new NodeNews.WorkerHere(seat));
    }
    farm.send(this, worker, () -> worker.heard(seat.connection()));
    for (Report report : reports) {
      int times = farm.faults().isRepeated() ? 2 : 1;
      for (int i = 0; i < times; i++) {
        farm.tellStory(this, report.lease().storyId(), story -> story.hear(seat.key(), report));
      }
    }
  }

  /** Dispatch says something. */
  void take(LinkCommand command) {
    switch (command) {
      case LinkCommand.Restate restate -> restate();
      case LinkCommand.Orders(WorkerKey worker, List<Order> orders, long sentAs) -> {
        if (workers.containsKey(worker)) {
          ordersHeard.put(worker, sentAs);
          pass(worker, orders);
          if (farm.rules().givesTwice(farm)) {
            workers.keySet().forEach(any -> pass(any, orders));
          }
        }
      }
      default -> throw new IllegalStateException("not dispatch's to say: " + command);
    }
  }

  private void pass(WorkerKey worker, List<Order> orders) {
    Connected to = workers.get(worker);
    long connection = to.seat().connection();
    farm.send(this, to.worker(), () -> to.worker().takeOver(connection, orders));
  }

  void wants(StoryDemand demand) {
    demands.put(demand.storyId(), demand);
    tell(new NodeNews.StoryWants(demand));
  }

  void ended(String storyId, long version) {
    demands.remove(storyId);
    tell(new NodeNews.StoryEnded(storyId, version));
  }

  void left(String storyId) {
    if (demands.remove(storyId) != null) {
      tell(new NodeNews.StoryLeft(storyId));
    }
  }

  /** Tells all of it again. */
  void restate() {
    long before = number;
    farm.tellDispatch(this, dispatch -> dispatch.begins(this, before));
    workers.values().forEach(worker -> tell(new NodeNews.WorkerHere(worker.seat())));
    demands.values().forEach(demand -> tell(new NodeNews.StoryWants(demand)));
    here();
  }

  private void here() {
    long told = number;
    long heard = Deliveries.mark(ordersHeard.values());
    farm.tellDispatch(this, dispatch -> dispatch.here(this, told, heard));
  }

  private void tell(NodeNews news) {
    long own = ++number;
    farm.tellDispatch(this, dispatch -> dispatch.hear(this, own, news));
  }
}
