package dev.longtake.coordinator.story.moves;

import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.MoveRules;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StepCounts;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report.Running;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which chunks of a story go to other workers though theirs is well: those that were wished to, and
 * those of workers for which their shot waits, if others have nothing to do. Not journaled, and not
 * safe for several threads.
 *
 * <p><b>Why it ends.</b> A chunk moves only if it has come to a later checkpoint since it was
 * leased. And a worker that was slow is known to be as long as the story goes on here: nothing is
 * taken from another slow one for it.
 */
public final class Relief {

  /** More would hide the rest of what is said. */
  private static final int SENTENCES_MAX = 5;

  private final Slowness slowness;
  private final MoveWishes wishes = new MoveWishes();
  private final StepTimes times;
  private final StepCounts steps;
  private final CheckpointSteps checkpoints;

  /** Of each shot, what was last taken from a slow worker. */
  private final Map<Integer, String> left = new HashMap<>();

  private List<WorkerKey> idle = List.of();
  private Instant idleUntil = Instant.MIN;
  private boolean isTaken;

  /**
   * Nothing was heard yet.
   *
   * @param steps those of the story, as others note them
   * @param checkpoints the same
   */
  public Relief(Slowness slowness, StepCounts steps, CheckpointSteps checkpoints) {
    this.slowness = slowness;
    this.times = new StepTimes(slowness);
    this.steps = steps;
    this.checkpoints = checkpoints;
  }

  /** This worker is to give up its chunks. */
  public void wish(WorkerKey worker, Why why, Instant now) {
    wishes.add(worker, why, now);
  }

  /** These have nothing to do, and may have chunks of workers that are slow. */
  public void offer(List<WorkerKey> workers, Instant now) {
    idle = List.copyOf(workers);
    idleUntil = now.plus(MoveWishes.LASTS);
    isTaken = false;
  }

  /** Takes what the holder of a current lease says. */
  public void note(StoryProgress story, WorkerKey worker, LeaseToken token, Running doing) {
    times.note(story, worker, token, doing);
  }

  /** Workers that were slow when they last had something of the story: others are better for it. */
  public List<WorkerKey> slow() {
    return times.slow();
  }

  /** What moves now: to be asked after a wish, an offer, and after each checkpoint. */
  public Optional<Moved> due(StoryProgress story, Instant now) {
    if (!now.isBefore(idleUntil)) {
      idle = List.of();
    }
    Optional<Moved> moved = wishes.due(story, steps, checkpoints, now, this::isUseful);
    if (moved.isEmpty()) {
      moved = slow(story);
    }
    if (moved.isPresent()) {
      isTaken = true; // They are about to have something.
    }
    return moved;
  }

  /** It helps nobody to share with those for whom the others would wait. */
  private boolean isUseful(Why why) {
    return switch (why) {
      case DRAINS -> true;
      case SPREAD, SLOW -> idle.isEmpty() || !times.slow().containsAll(idle);
    };
  }

  private Optional<Moved> slow(StoryProgress story) {
    if (idle.isEmpty() || isTaken || !story.isOpen()) {
      return Optional.empty();
    }
    for (ShotProgress shot : story.shots()) {
      List<Laggard> slow = LagRules.worthMoving(shot, steps, times, idle, slowness);
      List<StoryEvent> events = new ArrayList<>();
      for (Laggard it : slow) {
        List<StoryEvent> own = MoveRules.moveSlow(shot, it.worker(), steps, checkpoints);
        if (own.isEmpty()) {
          events.clear();
          break; // All together, or the shot still waits for the one that stays.
        }
        events.addAll(own);
      }
      if (!events.isEmpty()) {
        times.remember(slow.stream().map(Laggard::worker).toList());
        String why = slow.stream().map(Laggard::sentence).collect(Collectors.joining("; "));
        left.put(
            shot.plan().shotIndex(),
            "of shot %s chunks have left their workers: %s"
                .formatted(shot.plan().shot().id(), why));
        return Optional.of(new Moved(slow.getFirst().worker(), Why.SLOW, events, why));
      }
    }
    return Optional.empty();
  }

  /** Who is slow now, and what was taken from whom because of that, in sentences for people. */
  public String sentence(StoryProgress story) {
    if (!story.isOpen()) {
      return "";
    }
    List<String> sentences = new ArrayList<>();
    for (ShotProgress shot : story.shots()) {
      for (Laggard slow : LagRules.slow(shot, times, slowness)) {
        sentences.add("shot %s: %s".formatted(shot.plan().shot().id(), slow.sentence()));
      }
      String before = left.get(shot.plan().shotIndex());
      if (before != null && shot.latents().isEmpty()) {
        sentences.add(before);
      }
    }
    return sentences.stream().limit(SENTENCES_MAX).collect(Collectors.joining("; "));
  }
}
