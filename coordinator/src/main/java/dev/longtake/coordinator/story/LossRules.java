package dev.longtake.coordinator.story;

import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.policy.FailurePolicy;
import dev.longtake.coordinator.story.policy.Losses;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What follows from the loss of a worker: its work goes on elsewhere, unless it is the work that
 * ends workers. Pure, as {@link StoryRules}.
 */
public final class LossRules {

  private LossRules() {}

  /**
   * Takes everything unfinished from a worker that was lost, and counts it; a story of which a
   * piece has ended too many workers fails.
   */
  public static List<StoryEvent> lost(
      StoryProgress story,
      WorkerKey worker,
      CheckpointSteps checkpoints,
      FailurePolicy policy,
      Instant now) {
    List<StoryEvent> events = new ArrayList<>();
    for (int i = 0; story.isOpen() && i < story.shots().size(); i++) {
      for (Kind kind : Kind.values()) {
        ShotProgress shot = story.shots().get(i);
        List<Integer> held = ShotProgress.indexes(shot.works(kind), work -> work.isHeldBy(worker));
        if (!held.isEmpty()) {
          events.add(new HolderLost(i, kind, held));
        }
      }
    }
    StoryProgress counted = story;
    for (StoryEvent event : events) {
      counted = counted.apply(event);
    }
    Optional<StoryFailed> failure = worn(counted, policy, now);
    failure.ifPresentOrElse(
        events::add, () -> events.addAll(StoryRules.release(story, worker, checkpoints)));
    return events;
  }

  /** The end of a story whose work ends workers. */
  private static Optional<StoryFailed> worn(
      StoryProgress story, FailurePolicy policy, Instant now) {
    for (ShotProgress shot : story.shots()) {
      for (Kind kind : Kind.values()) {
        List<WorkState> works = shot.works(kind);
        for (int i = 0; i < works.size(); i++) {
          Losses losses = works.get(i).losses();
          if (policy.isTooMany(losses)) {
            return Optional.of(
                new StoryFailed(ErrorCode.WORKER_LOST, evidence(shot, kind, i, losses), now));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String evidence(ShotProgress shot, Kind kind, int index, Losses losses) {
    return "shot %s, %s %d: its work may end workers: %d were lost with it one after the other (%s), and it came no further than step %d"
        .formatted(
            shot.plan().shot().id(),
            kind.name().toLowerCase(Locale.ROOT),
            index,
            losses.count(),
            String.join(", ", losses.workers()),
            losses.step());
  }
}
