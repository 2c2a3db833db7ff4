package dev.longtake.coordinator.dispatch;

import dev.longtake.coordinator.story.CheckpointNews;
import dev.longtake.error.ErrorCode;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A lease at a worker; of a chunk, where it stands. */
final class SimJob {

  private static final long ASK_AGAIN = 100;

  private final SimFarm farm;
  private final SimWorker worker;
  private final LeaseToken token;
  private final Map<Integer, Long> leftSlabs = new HashMap<>();
  private final Map<Integer, Long> rightSlabs = new HashMap<>();
  private final Map<Integer, Long> own = new HashMap<>();
  private Work work;
  private long state;
  private int step;
  private boolean isReady;
  private boolean hasEnded;
  private Optional<Duration> stepTime = Optional.empty();

  SimJob(SimFarm farm, SimWorker worker, Order order) {
    this.farm = farm;
    this.worker = worker;
    this.token = order.lease();
    this.work = order.work();
    switch (work) {
      case Work.DenoiseChunk chunk -> begin(chunk.checkpoints().resumeStep());
      case Work.DecodeSegment segment -> isReady = true;
    }
  }

  private void begin(int resumeStep) {
    step = resumeStep;
    if (resumeStep == 0) {
      state = SimModel.start(token.storyId(), token.shotIndex(), token.index());
      isReady = true;
      return;
    }
    var key = new CheckpointKey(token.storyId(), token.shotIndex(), token.index(), resumeStep);
    worker.after(
        farm.between(1, 50),
        () -> {
          Long kept = farm.faults().isCheckpointBad() ? null : farm.store().get(key);
          if (kept == null) {
            worker.failed(token, ErrorCode.CHECKPOINT_UNUSABLE);
          } else {
            state = kept;
            isReady = true;
            worker.go();
          }
        });
  }

  LeaseToken token() {
    return token;
  }

  Work work() {
    return work;
  }

  int step() {
    return step;
  }

  /** What was begun last took its worker so many milliseconds. */
  void took(long millis) {
    stepTime = Optional.of(Duration.ofMillis(millis));
  }

  Optional<Duration> stepTime() {
    return stepTime;
  }

  void ended() {
    hasEnded = true;
  }

  boolean canCompute() {
    return isReady && !hasEnded && !own.containsKey(step);
  }

  /** The same lease, with its neighbours elsewhere perhaps. */
  void restate(Work now) {
    Work before = work;
    work = now;
    if (before instanceof Work.DenoiseChunk was
        && now instanceof Work.DenoiseChunk is
        && (was.leftIsRemote() != is.leftIsRemote() || was.rightIsRemote() != is.rightIsRemote())) {
      own.forEach((at, velocity) -> publish(is, at, velocity));
    }
  }

  /** The velocity of this step. */
  void compute() {
    long velocity = SimModel.velocity(state, step);
    own.put(step, velocity);
    worker.keep(token, step, velocity);
    publish((Work.DenoiseChunk) work, step, velocity);
    ask();
  }

  private void publish(Work.DenoiseChunk chunk, int at, long velocity) {
    if (chunk.overlapLeft() > 0 && chunk.leftIsRemote()) {
      put(slab(token.index() - 1, false, at), velocity);
    }
    if (chunk.overlapRight() > 0 && chunk.rightIsRemote()) {
      put(slab(token.index(), true, at), velocity);
    }
  }

  /** On its way it goes on by itself, even if this process ends. */
  private void put(SimStore.SlabKey key, long velocity) {
    farm.clock().after(farm.between(1, 40), () -> farm.store().put(key, velocity));
  }

  private SimStore.SlabKey slab(int boundary, boolean isLeft, int at) {
    return new SimStore.SlabKey(token.storyId(), token.shotIndex(), boundary, isLeft, at);
  }

  /** Asks for the neighbours' slabs of this step until they are there. */
  private void ask() {
    int asked = step;
    worker.after(
        farm.between(1, 30),
        () -> {
          if (!worker.holds(token) || step != asked || hasEnded) {
            return;
          }
          var chunk = (Work.DenoiseChunk) work;
          if (chunk.overlapLeft() > 0 && chunk.leftIsRemote()) {
            take(leftSlabs, slab(token.index() - 1, true, asked));
          }
          if (chunk.overlapRight() > 0 && chunk.rightIsRemote()) {
            take(rightSlabs, slab(token.index(), false, asked));
          }
          worker.go();
          if (step == asked) {
            worker.after(ASK_AGAIN, this::ask);
          }
        });
  }

  private void take(Map<Integer, Long> slabs, SimStore.SlabKey key) {
    Long found = farm.store().get(key);
    if (found != null) {
      slabs.put(key.step(), found);
    }
  }

  /** Takes the step if all velocities are there. */
  void fuse() {
    if (!(work instanceof Work.DenoiseChunk chunk) || hasEnded || !own.containsKey(step)) {
      return;
    }
    Long left = velocity(chunk.overlapLeft(), chunk.leftIsRemote(), leftSlabs, token.index() - 1);
    Long right =
        velocity(chunk.overlapRight(), chunk.rightIsRemote(), rightSlabs, token.index() + 1);
    if (left == null || right == null) {
      return;
    }
    state = SimModel.fuse(state, step, left, own.getOrDefault(step, 0L), right);
    step++;
    int stepCount = chunk.shot().sampling().stepCount();
    if (chunk.checkpoints().isDue(step, stepCount, Duration.ofMillis(50))) {
      keep(step, state);
    }
    if (step == stepCount) {
      hasEnded = true;
      var artifact = SimModel.chunk(state);
      worker.after(farm.between(1, 100), () -> worker.done(token, artifact));
    }
  }

  private @Nullable Long velocity(
      int overlap, boolean isRemote, Map<Integer, Long> slabs, int neighbour) {
    if (overlap == 0) {
      return 0L;
    }
    if (isRemote) {
      return slabs.get(step);
    }
    return worker.velocity(token, neighbour, step);
  }

  /** The store takes it, then the archive, and the story hears of each. */
  private void keep(int at, long kept) {
    var key = new CheckpointKey(token.storyId(), token.shotIndex(), token.index(), at);
    farm.clock()
        .after(
            farm.between(1, 200),
            () -> {
              farm.store().put(key, kept);
              tell(at, CheckpointNews.STORED);
              farm.clock().after(farm.between(1, 500), () -> archive(key, kept));
            });
  }

  private void archive(CheckpointKey key, long kept) {
    if (farm.faults().isLost()) {
      tell(key.stepIndex(), CheckpointNews.NOT_ARCHIVED);
    } else {
      farm.store().archive(key, kept);
      tell(key.stepIndex(), CheckpointNews.ARCHIVED);
    }
  }

  private void tell(int at, CheckpointNews news) {
    SimNode door = farm.anyNode();
    door.deliver(
        () ->
            farm.tellStory(door, token.storyId(), story -> story.checkpointTaken(token, at, news)));
  }
}
