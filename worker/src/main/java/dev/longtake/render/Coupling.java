package dev.longtake.render;

import static java.util.Objects.requireNonNull;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.render.transfer.Futures;
import dev.longtake.render.transfer.SlabDesk;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One boundary of one chunk: what was published there for the step at hand, and what came back.
 *
 * <p>Where the neighbour is may change while the chunk runs: after a loss the neighbour's chunk can
 * be leased to this very worker. So a slab is looked for by hand first, and in the store whenever
 * the neighbour is elsewhere or, being past that step, will not publish it here again.
 */
final class Coupling {

  private final LeaseToken lease;
  private final Side neighbour;
  private boolean remote;
  private @Nullable Slab published;
  private @Nullable Slab received;
  private @Nullable CompletableFuture<Slab> fetch;

  /**
   * @param lease of the chunk whose boundary it is
   * @param neighbour the side on which the other chunk lies
   */
  Coupling(LeaseToken lease, Side neighbour, boolean remote) {
    this.lease = lease;
    this.neighbour = neighbour;
    this.remote = remote;
  }

  /** The side of this chunk on which the neighbour lies. */
  Side neighbour() {
    return neighbour;
  }

  /** Index of the neighbouring chunk within the shot. */
  int neighbourIndex() {
    return switch (neighbour) {
      case LEFT -> lease.index() - 1;
      case RIGHT -> lease.index() + 1;
    };
  }

  boolean isRemote() {
    return remote;
  }

  void setRemote(boolean remote) {
    this.remote = remote;
  }

  /** Under which this chunk publishes: seen from the boundary it lies opposite its neighbour. */
  SlabKey ownKey(int step) {
    return key(neighbour.opposite(), step);
  }

  private SlabKey key(Side publisher, int step) {
    int boundary = Math.min(lease.index(), neighbourIndex());
    return new SlabKey(lease.storyId(), lease.shotIndex(), boundary, publisher, step);
  }

  void publish(Slab slab) {
    published = slab;
  }

  /** Asks for the neighbour's slab of a step before it is needed, if it comes from elsewhere. */
  void prefetch(int step, SlabDesk desk) {
    if (remote && fetch == null) {
      fetch = desk.fetch(key(neighbour, step));
    }
  }

  /**
   * Looks for the neighbour's slab and keeps it; never waits.
   *
   * @param comesByHand whether a neighbour on this worker has yet to publish this step
   * @throws LongtakeException if it could not be fetched, or is damaged
   */
  boolean hasReceived(int step, SlabDesk desk, boolean comesByHand) {
    if (received == null) {
      received = desk.take(key(neighbour, step));
    }
    if (received == null && (remote || !comesByHand)) {
      received = fromStore(step, desk);
    }
    return received != null;
  }

  private @Nullable Slab fromStore(int step, SlabDesk desk) {
    CompletableFuture<Slab> pending = fetch;
    if (pending == null) {
      pending = desk.fetch(key(neighbour, step));
      fetch = pending;
    }
    if (!pending.isDone()) {
      return null;
    }
    Slab mine = requireNonNull(published, "published");
    Slab other = Futures.value(pending);
    if (other.overlap() != mine.overlap()
        || other.channels() != mine.channels()
        || other.height() != mine.height()
        || other.width() != mine.width()) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "slab %s: expected (%d, %d, %d, %d), found (%d, %d, %d, %d)"
              .formatted(
                  key(neighbour, step),
                  mine.overlap(),
                  mine.channels(),
                  mine.height(),
                  mine.width(),
                  other.overlap(),
                  other.channels(),
                  other.height(),
                  other.width()));
    }
    return other;
  }

  /** Both published slabs of the step, which is forgotten with it. */
  ChunkStepper.SlabPair takePair() {
    Slab mine = requireNonNull(published, "published");
    Slab other = requireNonNull(received, "received");
    clear();
    return switch (neighbour) {
      case LEFT -> new ChunkStepper.SlabPair(other, mine);
      case RIGHT -> new ChunkStepper.SlabPair(mine, other);
    };
  }

  /** Forgets the step at hand and stops what is on its way. */
  void clear() {
    published = null;
    received = null;
    CompletableFuture<Slab> pending = fetch;
    if (pending != null) {
      pending.cancel(false);
      fetch = null;
    }
  }
}
