package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.dispatch.moves.Moves;
import dev.longtake.coordinator.dispatch.share.ShareSettings;
import dev.longtake.coordinator.story.WorkerKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The farm's dispatch at the coordinator that leads: {@link DispatchActor} without Pekko. */
final class SimDispatch {

  private static final long CHECK = 500;
  private static final int CHECKS_TO_SETTLE = 20;
  private static final int CHECKS_PER_QUERY = 10;
  private static final long ANSWER = 10_000;
  private static final long WORKER_GRACE = 5_000;

  private final SimFarm farm;
  private final SimNode node;
  private final Fleet fleet = new Fleet((int) (ANSWER / CHECK), ShareSettings.EQUAL);
  private final Deliveries deliveries;
  private final Map<String, Assignment.Pin> pinsTold = new HashMap<>();
  private final Set<WorkerKey> missing = new HashSet<>();
  private final Moves moves = new Moves(1, 1);
  private int checksToSettle = CHECKS_TO_SETTLE;
  private int checks;
  private boolean isRunScheduled;

  SimDispatch(SimFarm farm, SimNode node) {
    this.farm = farm;
    this.node = node;
    this.deliveries = new Deliveries(farm.between(0, Integer.MAX_VALUE - 1));
    node.every(CHECK, this::check);
  }

  SimNode node() {
    return node;
  }

  void here(SimNode from, long number, long ordersHeard) {
    link(from);
    if (!fleet.isUpTo(from.name(), number)) {
      deliveries.askAgain(from.name());
    } else if (checksToSettle == 0 && deliveries.isMissed(from.name(), ordersHeard, fleet)) {
      scheduleRun();
    }
  }

  void begins(SimNode from, long number) {
    link(from);
    fleet.begin(from.name(), number);
  }

  private void link(SimNode to) {
    deliveries.link(to.name(), command -> farm.send(node, to, () -> to.take(command)));
  }

  void hear(SimNode from, long number, NodeNews news) {
    if (!fleet.hear(from.name(), number, news)) {
      return;
    }
    switch (news) {
      case NodeNews.WorkerHere(Seat seat) -> {
        deliveries.forget(seat.key());
        missing.remove(seat.key());
      }
      case NodeNews.WorkerLost(WorkerKey worker, boolean died) -> {
        if (!fleet.has(worker)) {
          deliveries.forget(worker);
          release(worker, died);
        }
      }
      case NodeNews.StoryWants _, NodeNews.StoryEnded _, NodeNews.StoryLeft _ -> {}
    }
    scheduleRun();
  }

  private void release(WorkerKey worker, boolean died) {
    fleet
        .holdings()
        .stories(worker)
        .forEach(storyId -> farm.tellStory(node, storyId, story -> story.release(worker, died)));
  }

  private void check() {
    fleet.check();
    pinsTold.clear();
    scheduleRun();
    for (String name : deliveries.nodes()) {
      if (!farm.isMember(name)) {
        deliveries.unlink(name);
        fleet.lose(name);
        scheduleRun();
      }
    }
    if (checksToSettle == 0 && checks++ % CHECKS_PER_QUERY != 0) {
      return;
    }
    Set<String> unheard = fleet.unheard(farm.journal().open());
    unheard.forEach(id -> farm.tellStory(node, id, SimStory::restate));
    if (checksToSettle > 0) {
      boolean isComplete = unheard.isEmpty() && farm.memberNames().stream().allMatch(fleet::knows);
      checksToSettle = isComplete ? 0 : checksToSettle - 1;
      if (checksToSettle == 0) {
        scheduleRun();
      }
      return;
    }
    List<Moves.Move> moved = moves.check(fleet.seats(), fleet.stories(), Reasons.held(fleet));
    for (Moves.Offer offer : moves.offers()) {
      farm.tellStory(node, offer.storyId(), story -> story.offer(offer.idle()));
    }
    for (Moves.Move move : moved) {
      farm.tellStory(node, move.storyId(), story -> story.move(move.worker(), move.why()));
    }
  }

  private void scheduleRun() {
    if (!isRunScheduled) {
      isRunScheduled = true;
      node.after(1, this::run);
    }
  }

  private void run() {
    isRunScheduled = false;
    if (checksToSettle > 0) {
      return;
    }
    watchHolders();
    deliveries.send(fleet);
    for (Assignment assignment : fleet.assign()) {
      switch (assignment) {
        case Assignment.Pin pin -> {
          if (!pin.equals(pinsTold.put(pin.storyId(), pin))) {
            farm.tellStory(
                node, pin.storyId(), story -> story.plan(pin.model(), pin.engineClass()));
          }
        }
        case Assignment.Lease lease -> ask(lease);
      }
    }
  }

  private void ask(Assignment.Lease lease) {
    long number = fleet.ask(lease);
    var isAnswered = new AtomicBoolean();
    farm.tellStory(
        node,
        lease.storyId(),
        story ->
            story.lease(
                lease,
                (isLeased, version) ->
                    farm.send(
                        farm.home(lease.storyId()),
                        node,
                        () -> {
                          if (!isAnswered.getAndSet(true)) {
                            answered(lease, number, isLeased, version);
                          }
                        })));
    node.after(
        ANSWER,
        () -> {
          if (!isAnswered.getAndSet(true)) {
            answered(lease, number, false, 0);
          }
        });
  }

  private void answered(Assignment.Lease lease, long number, boolean isLeased, long version) {
    fleet.answer(number, lease.storyId(), isLeased, version);
    scheduleRun();
    if (!isLeased) {
      farm.tellStory(node, lease.storyId(), SimStory::restate);
    }
  }

  private void watchHolders() {
    for (WorkerKey worker : fleet.holdings().absent()) {
      if (missing.add(worker)) {
        node.after(
            WORKER_GRACE,
            () -> {
              if (missing.remove(worker) && !fleet.has(worker)) {
                release(worker, false);
              }
            });
      }
    }
  }
}
