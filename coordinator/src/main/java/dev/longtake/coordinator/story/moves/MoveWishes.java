package dev.longtake.coordinator.story.moves;

import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which workers are to give a story's chunks to others as soon as they can; a wish that is not
 * repeated is forgotten. Not journaled, and not safe for several threads.
 */
final class MoveWishes {

  /** So long what dispatch says holds, if it does not say it again. */
  static final Duration LASTS = Duration.ofSeconds(15);

  private record Wish(Why why, Instant until) {}

  private final Map<WorkerKey, Wish> wishes = new TreeMap<>();

  /** This worker is to give up its chunks. */
  void add(WorkerKey worker, Why why, Instant now) {
    wishes.put(worker, new Wish(why, now.plus(LASTS)));
  }

  /**
   * What moves now: to be asked after a wish, and after each checkpoint.
   *
   * @param isUseful whether there is somebody for whom it would be worth it
   */
  Optional<Moved> due(
      StoryProgress story,
      StepCounts steps,
      CheckpointSteps checkpoints,
      Instant now,
      Predicate<Why> isUseful) {
    wishes.values().removeIf(wish -> !now.isBefore(wish.until()));
    for (Map.Entry<WorkerKey, Wish> entry : List.copyOf(wishes.entrySet())) {
      WorkerKey worker = entry.getKey();
      Why why = entry.getValue().why();
      List<StoryEvent> events =
          isUseful.test(why) ? MoveRules.move(story, worker, why, steps, checkpoints) : List.of();
      if (!events.isEmpty()) {
        wishes.remove(worker);
        // One worker at a time: the rest stands on another state.
        return Optional.of(new Moved(worker, why, events, evidence(why)));
      }
    }
    return Optional.empty();
  }

  private static String evidence(Why why) {
    return switch (why) {
      case DRAINS -> "it takes nothing new, and others have nothing to do";
      case SPREAD -> "it holds several of the shot, and others have nothing to do";
      case SLOW -> "it is slow, and others have nothing to do";
    };
  }
}
