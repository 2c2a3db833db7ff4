package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.WorkerKey;
import dev.longtake.error.ErrorCode;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work;
import dev.longtake.testing.TestStories;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A worker's process: does one thing at a time of what it is told to hold. */
final class SimWorker extends SimProcess {

  private static final long STATEMENT = 250;
  private static final long ANSWER_MAX = 2_000;

  private record Velocity(String storyId, int shot, int chunk, int step) {}

  private final SimFarm farm;
  private final WorkerKey key;
  private final Map<Velocity, Long> desk = new HashMap<>();
  private final Map<LeaseToken, SimJob> jobs = new LinkedHashMap<>();
  private final Map<LeaseToken, Report.Progress> ends = new HashMap<>();
  private SimNode node;
  private long connection = 1;
  private long heardAt;
  private boolean isBusy;
  private boolean isDraining;
  private int slowness = 1;

  SimWorker(SimFarm farm, WorkerKey key) {
    super(farm.clock());
    this.farm = farm;
    this.key = key;
    this.node = farm.anyNode();
    this.heardAt = farm.clock().now();
    every(STATEMENT, this::state);
  }

  WorkerKey key() {
    return key;
  }

  /** Whether it takes anything new. */
  void drain(boolean isWished) {
    isDraining = isWished;
  }

  /** From now on everything that it begins takes so many times as long. */
  void slow(int times) {
    slowness = times;
  }

  /** The coordinator has answered. */
  void heard(long on) {
    if (on == connection) {
      heardAt = farm.clock().now();
    }
  }

  private void state() {
    if (farm.clock().now() - heardAt > ANSWER_MAX || farm.faults().isLost()) {
      node = farm.anyNode();
      connection++;
      heardAt = farm.clock().now();
    }
    Seat seat = Seat.ofAll(key, TestStories.ENGINE_CLASS, farm.model(), isDraining, connection);
    List<Report> reports =
        jobs.values().stream().map(job -> new Report(job.token(), progress(job))).toList();
    SimNode to = node;
    farm.send(this, to, () -> to.hear(this, seat, reports));
    go();
  }

  private Report.Progress progress(SimJob job) {
    Report.Progress end = ends.get(job.token());
    return end == null ? new Report.Running(job.step(), false, job.stepTime()) : end;
  }

  /** What to hold from now on. */
  void takeOver(long on, List<Order> orders) {
    if (on != connection) {
      return;
    }
    farm.checker().told(key, orders);
    Map<LeaseToken, SimJob> before = new HashMap<>(jobs);
    jobs.clear();
    for (Order order : orders) {
      SimJob job = before.get(order.lease());
      if (job == null) {
        job = new SimJob(farm, this, order);
      } else {
        job.restate(order.work());
      }
      jobs.put(order.lease(), job);
    }
    ends.keySet().retainAll(jobs.keySet());
    desk.keySet().removeIf(velocity -> !isShotHere(velocity));
    go();
  }

  boolean holds(LeaseToken token) {
    return jobs.containsKey(token) && !ends.containsKey(token);
  }

  /** Keeps a velocity for a neighbour that is here, until nothing of the shot is. */
  void keep(LeaseToken chunk, int step, long velocity) {
    desk.put(new Velocity(chunk.storyId(), chunk.shotIndex(), chunk.index(), step), velocity);
  }

  /** The velocity of another chunk of the same shot, if that was here. */
  @Nullable Long velocity(LeaseToken beside, int chunk, int step) {
    return desk.get(new Velocity(beside.storyId(), beside.shotIndex(), chunk, step));
  }

  private boolean isShotHere(Velocity velocity) {
    return jobs.keySet().stream()
        .anyMatch(
            token ->
                token.storyId().equals(velocity.storyId()) && token.shotIndex() == velocity.shot());
  }

  void done(LeaseToken token, dev.longtake.digest.Digest artifact) {
    if (holds(token)) {
      ends.put(token, new Report.Done(artifact, 1, Duration.ZERO));
    }
  }

  void failed(LeaseToken token, ErrorCode code) {
    if (holds(token)) {
      ends.put(token, new Report.Failed(code, "as the simulation wants"));
    }
  }

  /** Fuses what can be fused, and begins the next step or segment. */
  void go() {
    List.copyOf(jobs.values()).stream().filter(job -> holds(job.token())).forEach(SimJob::fuse);
    if (isBusy) {
      return;
    }
    jobs.values().stream()
        .filter(job -> holds(job.token()) && job.canCompute())
        .min((a, b) -> Integer.compare(a.step(), b.step()))
        .ifPresent(
            job -> {
              isBusy = true;
              long takes = (long) slowness * farm.between(20, 80);
              after(
                  takes,
                  () -> {
                    isBusy = false;
                    job.took(takes);
                    if (holds(job.token())) {
                      compute(job);
                    }
                    go();
                  });
            });
  }

  private void compute(SimJob job) {
    if (farm.faults().isEngineFailure()) {
      failed(job.token(), ErrorCode.ENGINE_FAILED);
      return;
    }
    switch (job.work()) {
      case Work.DenoiseChunk chunk -> job.compute();
      case Work.DecodeSegment segment -> {
        var artifact = SimModel.segment(segment.latentsDigest(), job.token().index());
        after(farm.between(1, 50), () -> done(job.token(), artifact));
        job.ended();
      }
    }
  }
}
