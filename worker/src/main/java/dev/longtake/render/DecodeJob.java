package dev.longtake.render;

import dev.longtake.latent.Latents;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Work.DecodeSegment;
import dev.longtake.render.transfer.Futures;
import java.util.concurrent.CompletableFuture;

/** One lease of one segment that waits to be decoded. Used by the engine's thread. */
final class DecodeJob {

  private final LeaseToken lease;
  private final DecodeSegment segment;
  private final CompletableFuture<Latents> latents;
  private int passedOver;

  DecodeJob(LeaseToken lease, DecodeSegment segment, CompletableFuture<Latents> latents) {
    this.lease = lease;
    this.segment = segment;
    this.latents = latents;
  }

  LeaseToken lease() {
    return lease;
  }

  DecodeSegment segment() {
    return segment;
  }

  /** Whether the shot's latents are here. */
  boolean isReady() {
    return latents.isDone();
  }

  /** The shot's latents; throws what fetching them failed with. */
  Latents latents() {
    return Futures.value(latents);
  }

  /** Coupled steps that went before it. */
  int passedOver() {
    return passedOver;
  }

  void passOver() {
    if (isReady()) {
      passedOver++;
    }
  }
}
