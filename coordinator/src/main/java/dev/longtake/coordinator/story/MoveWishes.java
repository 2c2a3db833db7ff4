package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.MoveRules.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which workers are to give a story's chunks to others as soon as they can; a wish that is not
 * repeated is forgotten. Not journaled, and not safe for several threads.
 */
public final class MoveWishes {

  private static final Duration LASTS = Duration.ofSeconds(15);

  private record Wish(Why why, Instant until) {}

  private final Map<WorkerKey, Wish> wishes = new TreeMap<>();

  /** This worker is to give up its chunks. */
  public void add(WorkerKey worker, Why why, Instant now) {
    wishes.put(worker, new Wish(why, now.plus(LASTS)));
  }

  /** What moves now: to be asked after a wish, and after each checkpoint. */
  public List<StoryEvent> due(
      StoryProgress story, StepCounts steps, CheckpointSteps checkpoints, Instant now) {
    wishes.values().removeIf(wish -> !now.isBefore(wish.until()));
    for (Map.Entry<WorkerKey, Wish> wish : List.copyOf(wishes.entrySet())) {
      List<StoryEvent> events =
          MoveRules.move(story, wish.getKey(), wish.getValue().why(), steps, checkpoints);
      if (!events.isEmpty()) {
        wishes.remove(wish.getKey());
        return events; // One worker at a time: the rest stands on another state.
      }
    }
    return List.of();
  }
}
