package dev.longtake.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.SlabKey;
import dev.longtake.wire.SlabWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.GetSlabResponse;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.PutSlabRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Slabs through a coordinator's store. Safe for any number of threads. */
public final class LatentClient {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final LatentServiceGrpc.LatentServiceBlockingV2Stub stub;
  private final Backoff backoff;

  public LatentClient(Channel channel, Backoff backoff) {
    this.stub = LatentServiceGrpc.newBlockingV2Stub(channel);
    this.backoff = backoff;
  }

  /**
   * Publishes a slab; repeating it is safe.
   *
   * @param payload as the slab codec gives it; not changed afterwards
   * @throws LongtakeException with {@link ErrorCode#DETERMINISM_VIOLATED} if the key holds other
   *     bytes
   */
  public void putSlab(SlabKey key, byte[] payload) {
    PutSlabRequest request =
        PutSlabRequest.newBuilder()
            .setKey(SlabWire.toProto(key))
            .setPayload(UnsafeByteOperations.unsafeWrap(payload))
            .build();
    backoff.call(() -> Calls.make(() -> deadline(DEADLINE).putSlab(request)));
  }

  /** Waits for a slab, at most {@code wait} (and at most 30 s). */
  public Optional<byte[]> getSlab(SlabKey key, Duration wait) {
    GetSlabRequest request =
        GetSlabRequest.newBuilder()
            .setKey(SlabWire.toProto(key))
            .setWait(TimeWire.toProto(wait))
            .build();
    GetSlabResponse response =
        backoff.call(() -> Calls.make(() -> deadline(DEADLINE.plus(wait)).getSlab(request)));
    return response.getFound()
        ? Optional.of(response.getPayload().toByteArray())
        : Optional.empty();
  }

  private LatentServiceGrpc.LatentServiceBlockingV2Stub deadline(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
