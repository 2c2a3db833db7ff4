package dev.longtake.coordinator;

import dev.longtake.coordinator.dispatch.ChunkCounts;
import dev.longtake.coordinator.dispatch.view.DispatchMeter;
import dev.longtake.coordinator.notify.Notifier;
import dev.longtake.coordinator.room.RoomLevel;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.coordinator.story.MoveRules.Why;
import dev.longtake.coordinator.story.StoryEvent;
import dev.longtake.coordinator.story.StoryEvent.ChunksToResume;
import dev.longtake.coordinator.story.StoryEvent.ClipCut;
import dev.longtake.coordinator.story.StoryEvent.FilmAssembled;
import dev.longtake.coordinator.story.StoryEvent.HolderLost;
import dev.longtake.coordinator.story.StoryEvent.ShotJoined;
import dev.longtake.coordinator.story.StoryEvent.StoryCancelled;
import dev.longtake.coordinator.story.StoryEvent.StoryClaimed;
import dev.longtake.coordinator.story.StoryEvent.StoryFailed;
import dev.longtake.coordinator.story.StoryEvent.StoryPlanned;
import dev.longtake.coordinator.story.StoryEvent.StoryRetried;
import dev.longtake.coordinator.story.StoryEvent.StorySubmitted;
import dev.longtake.coordinator.story.StoryEvent.StoryUnpinned;
import dev.longtake.coordinator.story.StoryEvent.WorkDone;
import dev.longtake.coordinator.story.StoryEvent.WorkFailed;
import dev.longtake.coordinator.story.StoryEvent.WorkLeased;
import dev.longtake.coordinator.story.StoryEvent.WorkReleased;
import dev.longtake.coordinator.story.actor.StoryMeter;
import dev.longtake.coordinator.workers.WorkersMeter;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.metrics.Metrics;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.TenantScope;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Moves the meters of stories and of dispatch. */
record FarmMeter(Metrics metrics)
    implements StoryMeter, DispatchMeter, WorkersMeter, RoomWatch.Meter, Notifier.Meter {

  @Override
  public void happened(StoryEvent event) {
    metrics.journalEvents.inc();
    switch (event) {
      case StorySubmitted submitted -> metrics.stories.labelValues("pending").inc();
      case StoryPlanned planned -> metrics.stories.labelValues("running").inc();
      case WorkLeased(int shot, Kind kind, var grants) -> {
        if (kind == Kind.CHUNK) {
          metrics.chunkAttempts.inc(grants.size());
        }
      }
      case WorkDone done -> {
        switch (done.kind()) {
          case CHUNK -> metrics.chunksCompleted.inc();
          case SEGMENT -> metrics.segmentsCompleted.inc();
        }
      }
      case WorkFailed failed -> metrics.countError(failed.code());
      case HolderLost lost -> metrics.workLost.inc(lost.indexes().size());
      case WorkReleased released -> {}
      case ChunksToResume resumed -> {}
      case ShotJoined joined -> {}
      case FilmAssembled assembled -> metrics.stories.labelValues("succeeded").inc();
      case StoryFailed failed -> {
        metrics.stories.labelValues("failed").inc();
        metrics.countError(failed.code());
      }
      case StoryRetried retried -> metrics.stories.labelValues("retried").inc();
      case ClipCut cut -> {}
      case StoryClaimed claimed -> {}
      case StoryUnpinned unpinned -> {}
      case StoryCancelled cancelled -> metrics.stories.labelValues("cancelled").inc();
    }
  }

  @Override
  public void moved(Why why, int chunks) {
    String label =
        switch (why) {
          case DRAINS -> "drains";
          case SPREAD -> "spread";
          case SLOW -> "slow";
        };
    metrics.chunksMoved.labelValues(label).inc(chunks);
  }

  @Override
  public void still(int change) {
    metrics.shotsStill.inc(change);
  }

  @Override
  public void shotDone(boolean reused) {
    if (reused) {
      metrics.shotsReused.inc();
    } else {
      metrics.shotsCompleted.inc();
    }
  }

  @Override
  public void chunks(ChunkCounts counts, Map<Reason, Integer> waiting) {
    metrics.chunks.labelValues("waiting").set(counts.waiting());
    metrics.chunks.labelValues("leased").set(counts.leased());
    metrics.chunks.labelValues("done").set(counts.done());
    waiting.forEach((why, count) -> metrics.chunksWaiting.labelValues(why.word()).set(count));
  }

  @Override
  public void used(Map<String, Duration> today) {
    metrics.tenantUsedSeconds.clear();
    metrics.tenantUsedSeconds.labelValues(TenantScope.DEFAULT_TENANT).set(0); // It is always there.
    today.forEach(
        (tenant, used) -> metrics.tenantUsedSeconds.labelValues(tenant).set(seconds(used)));
  }

  @Override
  public void there(int workers) {
    metrics.workers.set(workers);
  }

  @Override
  public void quarantined(int workers) {
    metrics.workersQuarantined.set(workers);
  }

  @Override
  public void free(String disk, long bytes) {
    metrics.freeBytes.labelValues(disk).set((double) bytes);
  }

  @Override
  public void level(RoomLevel worst) {
    metrics.roomLevel.set(
        switch (worst) {
          case ENOUGH -> 0;
          case LOW -> 1;
          case CRITICAL -> 2;
        });
  }

  @Override
  public void ran(Duration took) {
    metrics.dispatchSeconds.observe(seconds(took));
  }

  @Override
  public void leased(Duration took) {
    metrics.leaseSeconds.observe(seconds(took));
  }

  private static double seconds(Duration time) {
    return (double) time.toNanos() / TimeUnit.SECONDS.toNanos(1);
  }

  @Override
  public void notice(Notifier.Outcome outcome) {
    metrics.notices.labelValues(outcome.word()).inc();
  }

  @Override
  public void leads(boolean isHere) {
    metrics.dispatchHere.set(isHere ? 1 : 0);
  }
}
