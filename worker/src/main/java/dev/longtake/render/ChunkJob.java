package dev.longtake.render;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Latents;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabDisagreement;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Report;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.plan.CheckpointPolicy;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotInputs;
import dev.longtake.render.ChunkStepper.SlabPair;
import dev.longtake.render.transfer.CheckpointDesk;
import dev.longtake.render.transfer.Futures;
import dev.longtake.render.transfer.SlabDesk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One lease of one chunk, from noise or from where an earlier lease was, to final latents. Used by
 * the engine's thread.
 *
 * <p>Each step has three parts: {@link #step} computes the velocity, {@link #publish} hands its
 * overlaps to the neighbours, {@link #advance} fuses and updates once the neighbours' slabs are
 * here. Between them the engine is free for other chunks; on a device the first part goes on by
 * itself meanwhile.
 */
final class ChunkJob {

  /** Slabs on their way to the store beyond which the chunk computes no further. */
  private static final int SENDS_MAX = 8;

  /** Finds the chunks of this worker. */
  @FunctionalInterface
  interface Residents {

    /** The unfinished chunk of the same shot with that index; null if it is not here. */
    @Nullable ChunkJob chunk(ShotInputs shot, int index);
  }

  /** Where a chunk is within its step. */
  private enum Stage {
    BETWEEN_STEPS,
    /** The velocity is being computed. */
    COMPUTING,
    /** The velocity is published, the neighbours' are awaited. */
    EXCHANGING
  }

  private final LeaseToken lease;
  private final ShotInputs shot;
  private final ChunkShape shape;
  private final ChunkStepper stepper;
  private final CheckpointPlan checkpoints;
  private final Checkpoint.Origin origin;
  private final CompletableFuture<Map<Digest, byte[]>> pictures;
  private @Nullable CompletableFuture<ChunkState> resumed;
  private CompletableFuture<Void> checkpoint = CompletableFuture.allOf();
  private int keptStep;
  private final List<Coupling> couplings = new ArrayList<>();
  private final List<CompletableFuture<SlabKey>> sends = new ArrayList<>();
  private @Nullable ChunkRun run;
  private OptionalDouble disagreement = OptionalDouble.empty();
  private Stage stage = Stage.BETWEEN_STEPS;
  private long began;
  private Duration computeTime = Duration.ZERO;
  private Duration stepTime = Duration.ZERO;
  private final StepClock clock;

  /** Who computes the chunk, which decides its bits. */
  record Maker(String engineClass, ModelCard card) {}

  /**
   * @param pictures the files of the shot's references
   */
  ChunkJob(
      LeaseToken lease,
      DenoiseChunk chunk,
      Maker maker,
      CompletableFuture<Map<Digest, byte[]>> pictures,
      CheckpointDesk desk,
      StepClock clock) {
    this.clock = clock;
    this.lease = lease;
    this.shot = chunk.shot();
    this.shape = ChunkShape.of(maker.card(), chunk);
    this.stepper = new ChunkStepper(chunk, shape);
    this.checkpoints = chunk.checkpoints();
    this.origin = shape.origin(maker.engineClass(), chunk);
    this.pictures = pictures;
    this.resumed = resume(desk);
    if (!shot.exchangeOff()) {
      if (chunk.overlapLeft() > 0) {
        couplings.add(new Coupling(lease, Side.LEFT, chunk.leftIsRemote()));
      }
      if (chunk.overlapRight() > 0) {
        couplings.add(new Coupling(lease, Side.RIGHT, chunk.rightIsRemote()));
      }
    }
  }

  private @Nullable CompletableFuture<ChunkState> resume(CheckpointDesk desk) {
    int step = checkpoints.resumeStep();
    if (step == 0) {
      return null;
    }
    CheckpointKey key = new CheckpointKey(lease.storyId(), lease.shotIndex(), lease.index(), step);
    return desk.read(key, origin, stepper.historyCount(step))
        .thenApply(sampler -> new ChunkState(shape, sampler));
  }

  LeaseToken lease() {
    return lease;
  }

  ShotInputs shot() {
    return shot;
  }

  /** Takes over where the neighbours are now. */
  void restate(DenoiseChunk chunk) {
    for (Coupling coupling : couplings) {
      coupling.setRemote(
          switch (coupling.neighbour()) {
            case LEFT -> chunk.leftIsRemote();
            case RIGHT -> chunk.rightIsRemote();
          });
    }
  }

  /** Whether this lease has begun its first step. */
  boolean hasBegun() {
    return run != null;
  }

  int stepsDone() {
    return run == null ? checkpoints.resumeStep() : run.stepsDone();
  }

  boolean isFinished() {
    return stepsDone() == shot.sampling().stepCount();
  }

  /** Whether somebody on another worker waits for this chunk. */
  boolean isCoupled() {
    return couplings.stream().anyMatch(Coupling::isRemote);
  }

  /** Whether its velocity is published and the neighbours' are awaited. */
  boolean isExchanging() {
    return stage == Stage.EXCHANGING;
  }

  /** Whether its velocity was begun and not published yet. */
  boolean isComputing() {
    return stage == Stage.COMPUTING;
  }

  /** Whether {@link #publish} would not have to wait for the model. */
  boolean isComputed() {
    return isComputing() && running().isPredicted();
  }

  private ChunkRun running() {
    return requireNonNull(run, "run");
  }

  /** Whether {@link #step} can be called now. */
  boolean canStep() {
    return stage == Stage.BETWEEN_STEPS
        && !isFinished()
        && pictures.isDone()
        && (resumed == null || resumed.isDone())
        && sends.stream().filter(send -> !send.isDone()).count() < SENDS_MAX;
  }

  /** Time spent in the model. */
  Duration computeTime() {
    return computeTime;
  }

  void addComputeTime(Duration time) {
    computeTime = computeTime.plus(time);
  }

  void addStepTime(Duration time) {
    addComputeTime(time);
    stepTime = stepTime.plus(time);
  }

  /** The part of it that the velocity took that was published last. */
  Duration stepTime() {
    return stepTime;
  }

  /** That it goes on. */
  Report.Running report() {
    return new Report.Running(stepsDone(), isExchanging(), clock.last());
  }

  /**
   * Encodes what the shot tells the model, unless a chunk before has.
   *
   * @return whether there was anything to do
   */
  boolean condition(Conditions conditions) {
    boolean isNew = !conditions.hasDenoisers(shot, shape.frameCount());
    conditions.denoisers(shot, shape.frameCount(), Futures.value(pictures));
    return isNew;
  }

  /**
   * The first part of a step.
   *
   * @param now in nanoseconds
   */
  void step(Conditions conditions, SlabDesk desk, long now) {
    if (run == null) {
      began = now;
      run = conditions.open(stepper, first());
    }
    int step = running().stepsDone();
    couplings.forEach(coupling -> coupling.prefetch(step, desk));
    running().predict(conditions.denoisers(shot, shape.frameCount(), Futures.value(pictures)));
    stage = Stage.COMPUTING;
  }

  /** The second part of a step; waits until the first has ended. */
  void publish(SlabDesk desk, Residents residents) {
    int step = stepsDone();
    for (Coupling coupling : couplings) {
      Slab slab = running().publication(coupling.neighbour());
      coupling.publish(slab);
      handOver(coupling, step, slab, desk, residents);
    }
    stage = Stage.EXCHANGING;
  }

  /** The state to begin with, which nobody else keeps. */
  private ChunkState first() {
    CompletableFuture<ChunkState> from = resumed;
    resumed = null;
    return from == null ? stepper.start() : Futures.value(from);
  }

  private void handOver(
      Coupling coupling, int step, Slab slab, SlabDesk desk, Residents residents) {
    if (coupling.isRemote()) {
      CompletableFuture<SlabKey> send = desk.send(coupling.ownKey(step), SlabCodec.encode(slab));
      clock.send(send);
      sends.add(send);
      return;
    }
    @Nullable ChunkJob neighbour = residents.chunk(shot, coupling.neighbourIndex());
    if (neighbour == null || neighbour.stepsDone() <= step) {
      desk.keep(coupling.ownKey(step), slab);
    }
  }

  /**
   * The third part of a step, if every neighbour's slab is here.
   *
   * @return whether the step was taken
   */
  boolean advance(SlabDesk desk, Residents residents) {
    if (stage != Stage.EXCHANGING) {
      return false;
    }
    forgetSent();
    int step = stepsDone();
    boolean complete = true;
    for (Coupling coupling : couplings) {
      @Nullable ChunkJob neighbour = residents.chunk(shot, coupling.neighbourIndex());
      boolean comesByHand = neighbour != null && neighbour.nextPublication() <= step;
      complete &= coupling.hasReceived(step, desk, comesByHand);
    }
    if (!complete) {
      return false;
    }
    @Nullable SlabPair right = pair(Side.RIGHT);
    running().advance(pair(Side.LEFT), right);
    disagreement =
        right == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(SlabDisagreement.between(right.left(), right.right()));
    stage = Stage.BETWEEN_STEPS;
    clock.take(stepTime);
    stepTime = Duration.ZERO;
    if (!isFinished()) {
      couplings.forEach(coupling -> coupling.prefetch(stepsDone(), desk));
    }
    return true;
  }

  /**
   * How far this chunk and its right neighbour were apart at the step that was last taken; of each
   * boundary the left chunk tells.
   */
  OptionalDouble disagreement() {
    return disagreement;
  }

  private @Nullable SlabPair pair(Side neighbour) {
    for (Coupling coupling : couplings) {
      if (coupling.neighbour() == neighbour) {
        return coupling.takePair();
      }
    }
    return null;
  }

  /**
   * Keeps the state if it is time to. While one checkpoint is on its way no further one is begun: a
   * slow network gets fewer of them, and never two of one chunk at a time.
   *
   * @param now by the clock that {@link #step} was told
   * @throws LongtakeException DETERMINISM_VIOLATED if the last one found other bytes in the store
   */
  void checkpoint(CheckpointDesk desk, long now) {
    if (checkpoint.isDone()) {
      Futures.value(checkpoint);
    }
    int step = stepsDone();
    Duration time = Duration.ofNanos(now - began).dividedBy(step - checkpoints.resumeStep());
    if (!checkpoints.isDue(step, shot.sampling().stepCount(), time)) {
      return;
    }
    if (checkpoint.isDone()) {
      write(desk);
    } else {
      desk.skip(lease, step, "the last one is still on its way");
    }
  }

  private void write(CheckpointDesk desk) {
    checkpoint = desk.write(lease, origin, running().state().sampler());
    keptStep = stepsDone();
  }

  /**
   * Keeps the state at hand, whether or not it is time to, unless nothing is to be kept at all.
   *
   * @return whether it is kept, or could not be
   * @throws LongtakeException DETERMINISM_VIOLATED if other bytes are in the store
   */
  boolean keep(CheckpointDesk desk) {
    if (!checkpoint.isDone()) {
      return false;
    }
    Futures.value(checkpoint);
    boolean isNew = run != null && stepsDone() > Math.max(keptStep, checkpoints.resumeStep());
    if (isNew && !checkpoints.policy().equals(CheckpointPolicy.OFF)) {
      write(desk);
      return checkpoint.isDone();
    }
    return true;
  }

  /** Steps that it has begun: one more than are done while it is within one. */
  int stepsBegun() {
    return stage == Stage.BETWEEN_STEPS ? stepsDone() : stepsDone() + 1;
  }

  /** The step whose velocity it publishes next. */
  private int nextPublication() {
    return stage == Stage.EXCHANGING ? stepsDone() + 1 : stepsDone();
  }

  /** Drops the slabs that have arrived; throws what one failed with. */
  private void forgetSent() {
    sends.removeIf(
        send -> {
          if (send.isDone()) {
            Futures.value(send);
          }
          return send.isDone();
        });
  }

  /** Done when every slab it published is in the store; fails as the first that failed. */
  CompletableFuture<Void> allSent() {
    return CompletableFuture.allOf(sends.toArray(CompletableFuture<?>[]::new));
  }

  /** The final latents of a finished chunk, without the reference frames. */
  Latents latents() {
    return new Latents(
        shape.frameCount(),
        shape.channels(),
        shape.height(),
        shape.width(),
        running().state().chunkLatents());
  }

  /** Stops everything on its way, and gives back what the chunk holds on a device. */
  void cancel() {
    couplings.forEach(Coupling::clear);
    sends.forEach(send -> send.cancel(false));
    if (resumed != null) {
      resumed.cancel(false);
    }
    close();
  }

  /** Gives back what the chunk holds on a device; it goes no further. */
  void close() {
    if (run != null) {
      run.close();
      run = null;
    }
  }
}
