package dev.longtake.coordinator.story.moves;

import static java.util.Objects.requireNonNull;

import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.WorkerKey;
import java.util.List;

/**
 * Chunks that go elsewhere though their worker is well.
 *
 * @param events what is to be journaled
 * @param evidence why, for people; without its full stop
 */
public record Moved(WorkerKey worker, Why why, List<StoryEvent> events, String evidence) {

  public Moved {
    requireNonNull(worker, "worker");
    requireNonNull(why, "why");
    events = List.copyOf(events);
    requireNonNull(evidence, "evidence");
  }

  /** What goes back to waiting, shot by shot. */
  public List<WorkReleased> released() {
    return events.stream()
        .filter(WorkReleased.class::isInstance)
        .map(WorkReleased.class::cast)
        .toList();
  }

  /** How many chunks go. */
  public int chunkCount() {
    return released().stream().mapToInt(it -> it.indexes().size()).sum();
  }
}
