package dev.longtake.coordinator.story.actor;

import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryProgress;
import java.util.List;
import java.util.Optional;

/**
 * Whether an actor is the one that writes its story's journal. With a single coordinator it always
 * is. Where there are several, one that was frozen or cut off may wake up and believe so, while the
 * story goes on elsewhere: so the first thing that an actor writes is a claim, and one that finds
 * the claim of another process after its own has lost the story. Lives as long as the actor, over
 * its restarts; used by it alone.
 */
final class Tenure {

  private final Optional<String> node;
  private boolean hasBegun;
  private boolean isLost;

  /**
   * Not begun yet.
   *
   * @param node this process, if there are several coordinators
   */
  Tenure(Optional<String> node) {
    this.node = node;
  }

  /** The journal was read, for the first time or again. */
  void recover(Optional<StoryProgress> story) {
    isLost =
        hasBegun
            && node.isPresent()
            && story
                .flatMap(it -> it.mark().writer())
                .filter(writer -> !writer.equals(node.get()))
                .isPresent();
  }

  /** Whether another process has claimed the story after this one. */
  boolean isLost() {
    return isLost;
  }

  /** The story was submitted to this actor. */
  void begin() {
    hasBegun = true;
  }

  /**
   * What to write when the story stands still: the claim again. If somebody else has written
   * meanwhile, and is gone perhaps, nothing that comes here would tell so; this is refused then.
   */
  List<StoryEvent> claimAgain(StoryProgress story) {
    return node.<StoryEvent>map(own -> new StoryClaimed(own, story.eventCount() + 1)).stream()
        .toList();
  }

  /**
   * What to write before the story goes on here: a claim, unless the last one is this process's.
   */
  List<StoryEvent> claim(StoryProgress story) {
    hasBegun = true;
    return node
        .filter(own -> !story.mark().writer().equals(node))
        .<StoryEvent>map(own -> new StoryClaimed(own, story.eventCount() + 1))
        .stream()
        .toList();
  }
}
