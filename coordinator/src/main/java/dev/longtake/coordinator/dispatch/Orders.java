package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.ShotProgress;
import dev.longtake.coordinator.story.StoryProgress;
import dev.longtake.coordinator.story.WorkState;
import dev.longtake.coordinator.story.WorkState.Leased;
import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.LeaseToken.Kind;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import dev.longtake.limit.PlanLimits;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.Chunk;
import dev.longtake.plan.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What each holder of a story's work should hold: every current lease, as an order. Pure. */
final class Orders {

  private Orders() {}

  /** Orders by worker, in the order of the film. Workers that hold nothing are left out. */
  static SortedMap<WorkerKey, List<Order>> of(StoryProgress story, CheckpointPolicy checkpoints) {
    SortedMap<WorkerKey, List<Order>> orders = new TreeMap<>();
    story.shots().forEach(shot -> add(orders, story, shot, checkpoints));
    return orders;
  }

  private static void add(
      Map<WorkerKey, List<Order>> orders,
      StoryProgress story,
      ShotProgress shot,
      CheckpointPolicy checkpoints) {
    if (shot.isDone()) {
      return;
    }
    CheckpointPolicy policy =
        PlanLimits.keepsCheckpoints(story.plan().orElseThrow(), shot.plan())
            ? checkpoints
            : CheckpointPolicy.OFF;
    for (Kind kind : Kind.values()) {
      List<WorkState> works = shot.works(kind);
      for (int i = 0; i < works.size(); i++) {
        if (works.get(i) instanceof Leased leased) {
          var token =
              new LeaseToken(story.storyId(), shot.plan().shotIndex(), kind, i, leased.attempt());
          orders
              .computeIfAbsent(leased.worker(), key -> new ArrayList<>())
              .add(
                  new Order(
                      token, work(shot, kind, i, new CheckpointPlan(leased.resumeStep(), policy))));
        }
      }
    }
  }

  private static Work work(ShotProgress shot, Kind kind, int index, CheckpointPlan checkpoints) {
    return switch (kind) {
      case CHUNK -> {
        Chunk chunk = shot.plan().chunks().chunks().get(index);
        yield new Work.DenoiseChunk(
            shot.plan().inputs(),
            chunk.firstLatentFrame(),
            chunk.latentFrameCount(),
            chunk.overlapLeft(),
            chunk.overlapRight(),
            index > 0 && shot.remote().get(index - 1),
            index < shot.remote().size() && shot.remote().get(index),
            checkpoints);
      }
      case SEGMENT -> {
        Segment segment = shot.plan().segments().segments().get(index);
        yield new Work.DecodeSegment(
            shot.plan().inputs(),
            segment.firstLatentFrame(),
            segment.latentFrameCount(),
            segment.halo(),
            shot.latents().orElseThrow(),
            segment.frameCount());
      }
    };
  }
}
