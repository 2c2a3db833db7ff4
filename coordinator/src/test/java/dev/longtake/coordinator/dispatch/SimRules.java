package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.coordinator.story.CheckpointSteps;
import dev.longtake.coordinator.story.CheckpointSteps.Passed;
import dev.longtake.coordinator.story.ReportRules;
import dev.longtake.coordinator.story.ReportRules.ReportOutcome;
import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.StoryRules;
import dev.longtake.coordinator.story.StoryRules.Decision;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import java.time.Instant;
import java.util.List;

/** The rules that a simulation goes by: the farm's own, or with one of them broken. */
enum SimRules {
  SOUND,

  /** Whoever says that work is done is believed, whatever attempt it was. */
  FENCE_OFF,

  /** A checkpoint counts for the attempt that runs, whoever made it. */
  CHECKPOINT_OF_ANY_ATTEMPT,

  /** Slabs go a step too early. */
  SLAB_DROPPED_EARLY,

  /** Two workers are told to hold the same. */
  LEASE_GIVEN_TWICE,

  /** The journal says that it has kept what it has not. */
  EVENT_LOST,

  /** Chunks move whenever somebody has nothing to do, whether they have come further or not. */
  MOVED_WITHOUT_PROGRESS;

  private static final int ONE_IN = 20;

  Decision<ReportOutcome> report(
      StoryProgress story, WorkerKey worker, Report report, CheckpointSteps checkpoints) {
    if (this == FENCE_OFF && story.isOpen() && report.progress() instanceof Report.Done) {
      LeaseToken lease = report.lease();
      List<WorkState> works = story.shots().get(lease.shotIndex()).works(lease.kind());
      if (works.get(lease.index()) instanceof WorkState.Leased held) {
        LeaseToken current =
            new LeaseToken(
                lease.storyId(), lease.shotIndex(), lease.kind(), lease.index(), held.attempt());
        return ReportRules.report(
            story,
            held.worker(),
            new Report(current, report.progress()),
            checkpoints,
            Instant.EPOCH);
      }
    }
    return ReportRules.report(story, worker, report, checkpoints, Instant.EPOCH);
  }

  void note(
      CheckpointSteps checkpoints,
      StoryProgress story,
      LeaseToken chunk,
      int step,
      CheckpointNews news) {
    if (this == CHECKPOINT_OF_ANY_ATTEMPT && story.isOpen()) {
      int attempt = story.shots().get(chunk.shotIndex()).chunks().get(chunk.index()).attempt();
      if (attempt > 0) {
        checkpoints.note(
            story,
            new LeaseToken(
                chunk.storyId(), chunk.shotIndex(), chunk.kind(), chunk.index(), attempt),
            step,
            news);
        return;
      }
    }
    checkpoints.note(story, chunk, step, news);
  }

  List<Passed> passed(CheckpointSteps checkpoints, ShotProgress shot) {
    List<Passed> passed = checkpoints.passed(shot);
    return this == SLAB_DROPPED_EARLY
        ? passed.stream()
            .map(
                it ->
                    it instanceof Passed.Slabs(int boundary, int first, int end)
                        ? new Passed.Slabs(boundary, first, end + 1)
                        : it)
            .toList()
        : passed;
  }

  /** What moves at once because somebody wishes it, though it is not ready to. */
  List<StoryEvent> movesAtOnce(StoryProgress story, WorkerKey worker, CheckpointSteps checkpoints) {
    return this == MOVED_WITHOUT_PROGRESS
        ? StoryRules.release(story, worker, checkpoints)
        : List.of();
  }

  boolean givesTwice(SimFarm farm) {
    return this == LEASE_GIVEN_TWICE && farm.chance(ONE_IN);
  }

  List<StoryEvent> kept(SimFarm farm, List<StoryEvent> events) {
    return this == EVENT_LOST && events.size() > 0 && farm.chance(ONE_IN)
        ? events.subList(0, events.size() - 1)
        : events;
  }
}
