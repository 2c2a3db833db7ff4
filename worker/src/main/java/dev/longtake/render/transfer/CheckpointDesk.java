package dev.longtake.render.transfer;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.metrics.Metrics;
import dev.longtake.sampling.SamplerState;
import dev.longtake.sampling.SamplerStateCodec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries chunks' states to the farm's store and back. Used by the engine's thread; encoding,
 * hashing and the store's calls are done in the background.
 *
 * <p>A checkpoint only saves work, so it is never waited for: one that cannot be stored is done
 * without, and the next one is an interval away. What does matter is a checkpoint that differs from
 * the one that is there.
 */
public final class CheckpointDesk {

  private static final Logger log = LoggerFactory.getLogger(CheckpointDesk.class);

  private final FarmStores stores;
  private final Background background;
  private final Metrics metrics;
  private final WorkLog lines;
  private final WorkTraces traces;
  private final Runnable wake;
  private boolean isInUse;

  /**
   * No state is under way yet.
   *
   * @param lines where it is said what became of checkpoints
   * @param traces where it is said how long they took
   */
  public CheckpointDesk(
      FarmStores stores,
      Background background,
      Metrics metrics,
      WorkLog lines,
      WorkTraces traces,
      Runnable wake) {
    this.lines = lines;
    this.traces = traces;
    this.stores = stores;
    this.background = background;
    this.metrics = metrics;
    this.wake = wake;
  }

  /**
   * Sends a state to the store.
   *
   * @param state not written to by anyone from now on
   * @return done when it is stored, or given up; fails with DETERMINISM_VIOLATED if other bytes are
   *     there
   */
  public CompletableFuture<Void> write(
      LeaseToken lease, Checkpoint.Origin origin, SamplerState state) {
    isInUse = true;
    CompletableFuture<Void> written = new CompletableFuture<>();
    background.run(
        () -> {
          try (WorkTraces.Part _ = traces.begin(lease, "checkpoint")) {
            store(lease, origin, state);
            lines.say(lease, "checkpoint kept at step " + state.stepIndex());
            written.complete(null);
          } catch (LongtakeException e) {
            if (e.code() == ErrorCode.DETERMINISM_VIOLATED) {
              written.completeExceptionally(e);
            } else {
              skip(lease, state.stepIndex(), e.getMessage());
              written.complete(null);
            }
          } catch (RuntimeException | Error e) {
            written.completeExceptionally(e);
          }
          wake.run();
        });
    return written;
  }

  private void store(LeaseToken lease, Checkpoint.Origin origin, SamplerState state) {
    byte[] content =
        CheckpointCodec.encode(
            new Checkpoint(origin, state.stepIndex(), SamplerStateCodec.encode(state)));
    stores.putCheckpoint(lease, state.stepIndex(), content);
  }

  /** Whether a state was ever to be stored; the engine's thread. */
  public boolean isInUse() {
    return isInUse;
  }

  /** Notes that a checkpoint that fell due is done without. */
  public void skip(LeaseToken lease, int stepIndex, String reason) {
    metrics.checkpointsSkipped.inc();
    lines.warn(lease, "no checkpoint at step %d: %s".formatted(stepIndex, reason));
    log.debug("no checkpoint lease={} step={} reason={}", lease, stepIndex, reason);
  }

  /**
   * Fetches the state that a chunk goes on from.
   *
   * @param origin what this worker would make
   * @param historyCount tensors that the solver has to remember there
   * @return fails with CHECKPOINT_UNUSABLE if there is none, or it is damaged or another one
   */
  public CompletableFuture<SamplerState> read(
      CheckpointKey key, Checkpoint.Origin origin, int historyCount) {
    return Retry.until(
            background,
            wake,
            () -> Optional.of(stores.getCheckpoint(key).map(CheckpointCodec::decode)))
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unusable(key, failure)))
        .thenApply(found -> state(key, found, origin, historyCount));
  }

  /** What is still damaged when it has been asked for again is so in the store. */
  private static Throwable unusable(CheckpointKey key, Throwable failure) {
    return failure instanceof LongtakeException e && e.code() == ErrorCode.DATA_CORRUPT
        ? unusable(key, e.getMessage())
        : failure;
  }

  private SamplerState state(
      CheckpointKey key, Optional<Checkpoint> found, Checkpoint.Origin origin, int historyCount) {
    Checkpoint checkpoint =
        found.orElseThrow(() -> unusable(key, "expected it in the store, found nothing"));
    SamplerState state;
    try {
      state = SamplerStateCodec.decode(checkpoint.state());
    } catch (LongtakeException e) {
      throw unusable(key, e.getMessage());
    }
    if (!checkpoint.origin().equals(origin)) {
      throw unusable(key, "expected %s, found %s".formatted(origin, checkpoint.origin()));
    }
    int size = origin.frameCount() * origin.channels() * origin.height() * origin.width();
    if (checkpoint.stepIndex() != key.stepIndex()
        || state.stepIndex() != key.stepIndex()
        || state.latents().length != size
        || state.history().size() != historyCount) {
      throw unusable(
          key,
          "expected step %d, %d values, %d tensors of history, found step %d, %d values, %d tensors"
              .formatted(
                  key.stepIndex(),
                  size,
                  historyCount,
                  state.stepIndex(),
                  state.latents().length,
                  state.history().size()));
    }
    metrics.checkpointsResumed.inc();
    metrics.denoiseStepsSaved.inc(key.stepIndex());
    return state;
  }

  private static LongtakeException unusable(CheckpointKey key, String why) {
    return new LongtakeException(ErrorCode.CHECKPOINT_UNUSABLE, "%s: %s".formatted(key, why));
  }
}
