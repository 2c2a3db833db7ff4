package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.Grant;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkState.Waiting;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.coordinator.story.moves.Moved;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks on, and says what must not be. */
final class SimChecker {

  private final Map<LeaseToken, WorkerKey> granted = new HashMap<>();
  private final Map<LeaseToken, WorkerKey> held = new HashMap<>();
  private final Map<Why, Integer> moves = new EnumMap<>(Why.class);

  /** A lease is written down: each attempt is given once. */
  void leased(
      String storyId, int shot, LeaseToken.Kind kind, List<Grant> grants, StoryProgress before) {
    for (Grant grant : grants) {
      int attempt = before.shots().get(shot).works(kind).get(grant.index()).attempt() + 1;
      LeaseToken token = new LeaseToken(storyId, shot, kind, grant.index(), attempt);
      if (granted.putIfAbsent(token, grant.worker()) != null) {
        throw new SimViolation("given twice: " + token);
      }
    }
  }

  /** A worker is told what to hold: each attempt is one worker's. */
  void told(WorkerKey worker, List<Order> orders) {
    for (Order order : orders) {
      WorkerKey before = held.putIfAbsent(order.lease(), worker);
      if (before != null && !before.equals(worker)) {
        throw new SimViolation(
            "%s is held by %s and by %s".formatted(order.lease(), before, worker));
      }
    }
  }

  /** A report has changed a story: its sender has to be the one to whom that attempt was given. */
  void believed(WorkerKey worker, Report report) {
    if (!worker.equals(granted.get(report.lease()))) {
      throw new SimViolation(
          "%s was given to %s, and %s is believed"
              .formatted(report.lease(), granted.get(report.lease()), worker));
    }
  }

  /** Something moves. */
  void counted(Moved moved) {
    moves.merge(moved.why(), 1, Integer::sum);
  }

  /** How often something has moved because of that. */
  int moves(Why why) {
    return moves.getOrDefault(why, 0);
  }

  /** Chunks go to other workers though theirs is well: only if they have come further there. */
  List<StoryEvent> moved(StoryProgress story, List<StoryEvent> events) {
    StoryProgress after = story;
    for (StoryEvent event : events) {
      after = after.apply(event);
    }
    for (StoryEvent event : events) {
      if (event instanceof WorkReleased(int shot, LeaseToken.Kind kind, var indexes, var avoid)) {
        for (int index : indexes) {
          WorkState before = story.shots().get(shot).works(kind).get(index);
          WorkState now = after.shots().get(shot).works(kind).get(index);
          if (!(before instanceof Leased held && now instanceof Waiting waits)
              || waits.resumeStep() <= held.resumeStep()) {
            throw new SimViolation("it moves though it comes no further: " + before);
          }
        }
      }
    }
    return events;
  }

  /** A story lives: what is written is what it knows. */
  void lives(StoryProgress story, StoryProgress replayed) {
    if (!story.equals(replayed)) {
      throw new SimViolation("the journal of %s gives another state".formatted(story.storyId()));
    }
  }

  /** A story has ended. */
  void ended(StoryProgress story) {
    if (!(story.ending() instanceof StoryProgress.Ending.Succeeded)) {
      throw new SimViolation("%s ended as %s".formatted(story.storyId(), story.ending()));
    }
    if (!SimModel.film(story).equals(SimModel.film(story.storyId(), story.plan().orElseThrow()))) {
      throw new SimViolation("another film of " + story.storyId());
    }
  }
}
