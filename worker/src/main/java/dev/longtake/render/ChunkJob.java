package dev.longtake.render;

import static java.util.Objects.requireNonNull;

import dev.longtake.digest.Digest;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Latents;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.CheckpointPlan;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.plan.ModelCard;
import dev.longtake.plan.ShotInputs;
import dev.longtake.render.ChunkStepper.SlabPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One lease of one chunk, from noise or from where an earlier lease was, to final latents. Used by
 * the engine's thread.
 *
 * <p>Each step has two halves: {@link #step} computes the velocity and publishes its overlaps,
 * {@link #advance} fuses and updates once the neighbours' slabs are here. Between them the engine
 * is free for other chunks.
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

  private final LeaseToken lease;
  private final ShotInputs shot;
  private final ChunkShape shape;
  private final ChunkStepper stepper;
  private final CheckpointPlan checkpoints;
  private final Checkpoint.Origin origin;
  private final CompletableFuture<Map<Digest, byte[]>> pictures;
  private @Nullable CompletableFuture<ChunkState> resumed;
  private CompletableFuture<Void> checkpoint = CompletableFuture.allOf();
  private final List<Coupling> couplings = new ArrayList<>();
  private final List<CompletableFuture<SlabKey>> sends = new ArrayList<>();
  private @Nullable ChunkState state;
  private float @Nullable [] velocity;
  private Duration computeTime = Duration.ZERO;

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
      CheckpointDesk desk) {
    this.lease = lease;
    this.shot = chunk.shot();
    this.shape = ChunkShape.of(maker.card(), chunk);
    this.stepper = new ChunkStepper(chunk, shape);
    this.checkpoints = chunk.checkpoints();
    this.origin = shape.origin(maker.engineClass(), maker.card().digest());
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

  int stepsDone() {
    return state == null ? checkpoints.resumeStep() : state.stepsDone();
  }

  boolean isFinished() {
    return stepsDone() == shot.stepCount();
  }

  /** Whether somebody on another worker waits for this chunk. */
  boolean isCoupled() {
    return couplings.stream().anyMatch(Coupling::isRemote);
  }

  /** Whether its velocity is published and the neighbours' are awaited. */
  boolean isExchanging() {
    return velocity != null;
  }

  /** Whether {@link #step} can be called now. */
  boolean canStep() {
    return velocity == null
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

  /** The first half of a step. */
  void step(Conditions conditions, SlabDesk desk, Residents residents) {
    ChunkState now = state == null ? first() : state;
    state = now;
    int step = now.stepsDone();
    couplings.forEach(coupling -> coupling.prefetch(step, desk));
    Conditions.Denoisers denoisers =
        conditions.denoisers(shot, shape.frameCount(), Futures.value(pictures));
    float[] computed = stepper.velocity(now, denoisers);
    for (Coupling coupling : couplings) {
      Slab slab = stepper.publication(computed, coupling.neighbour());
      coupling.publish(slab);
      handOver(coupling, step, slab, desk, residents);
    }
    velocity = computed;
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
      sends.add(desk.send(coupling.ownKey(step), SlabCodec.encode(slab)));
      return;
    }
    @Nullable ChunkJob neighbour = residents.chunk(shot, coupling.neighbourIndex());
    if (neighbour == null || neighbour.stepsDone() <= step) {
      desk.keep(coupling.ownKey(step), slab);
    }
  }

  /**
   * The second half of a step, if every neighbour's slab is here.
   *
   * @return whether the step was taken
   */
  boolean advance(SlabDesk desk, Residents residents) {
    float @Nullable [] computed = velocity;
    if (computed == null) {
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
    state =
        stepper.advance(
            requireNonNull(state, "state"), computed, pair(Side.LEFT), pair(Side.RIGHT));
    velocity = null;
    if (!isFinished()) {
      couplings.forEach(coupling -> coupling.prefetch(stepsDone(), desk));
    }
    return true;
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
   * @throws LongtakeException DETERMINISM_VIOLATED if the last one found other bytes in the store
   */
  void checkpoint(CheckpointDesk desk) {
    if (checkpoint.isDone()) {
      Futures.value(checkpoint);
    }
    int step = stepsDone();
    if (!checkpoints.isDue(step, shot.stepCount())) {
      return;
    }
    if (checkpoint.isDone()) {
      checkpoint = desk.write(lease, origin, requireNonNull(state, "state").sampler());
    } else {
      desk.skip(lease, step, "the last one is still on its way");
    }
  }

  /** The step whose velocity it publishes next. */
  private int nextPublication() {
    return velocity == null ? stepsDone() : stepsDone() + 1;
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
        requireNonNull(state, "state").chunkLatents());
  }

  /** Stops everything on its way. */
  void cancel() {
    couplings.forEach(Coupling::clear);
    sends.forEach(send -> send.cancel(false));
    if (resumed != null) {
      resumed.cancel(false);
    }
  }
}
