package dev.longtake.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.wire.CheckpointWire;
import dev.longtake.wire.SlabWire;
import dev.longtake.wire.TimeWire;
import dev.longtake.wire.WireBytes;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.GetCheckpointResponse;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.GetSlabResponse;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.PutCheckpointRequest;
import dev.longtake.wire.v1.PutSlabRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Slabs and checkpoints through a coordinator's store. Safe for any number of threads. */
public final class LatentClient {

  private final LatentServiceGrpc.LatentServiceBlockingV2Stub stub;
  private final Retries retries;
  private final Deadlines deadlines;

  public LatentClient(Channel channel, Retries retries) {
    this(channel, retries, Deadlines.USUAL);
  }

  public LatentClient(Channel channel, Retries retries, Deadlines deadlines) {
    this.stub = LatentServiceGrpc.newBlockingV2Stub(channel);
    this.retries = retries;
    this.deadlines = deadlines;
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
    retries.call(() -> Calls.make(() -> deadline(deadlines.slab()).putSlab(request)));
  }

  /**
   * Waits for a slab, at most {@code wait} (and no longer than the coordinator lets it).
   *
   * @return its payload, not to be changed
   */
  public Optional<byte[]> getSlab(SlabKey key, Duration wait) {
    GetSlabRequest request =
        GetSlabRequest.newBuilder()
            .setKey(SlabWire.toProto(key))
            .setWait(TimeWire.toProto(wait))
            .build();
    GetSlabResponse response =
        retries.call(
            () -> Calls.make(() -> deadline(deadlines.slab().plus(wait)).getSlab(request)));
    return response.getFound()
        ? Optional.of(WireBytes.array(response.getPayload()))
        : Optional.empty();
  }

  /**
   * Keeps a chunk's state; repeating it is safe.
   *
   * @param lease of the chunk, the current one
   * @param stepIndex denoise steps done
   * @param content as the checkpoint codec gives it; not changed afterwards
   * @throws LongtakeException with {@link ErrorCode#DETERMINISM_VIOLATED} if other bytes are kept
   *     there, {@link ErrorCode#LIMIT_REACHED} if there is no room, {@link ErrorCode#WRONG_STATE}
   *     if the lease is of the past
   */
  public void putCheckpoint(LeaseToken lease, int stepIndex, byte[] content) {
    PutCheckpointRequest request =
        CheckpointWire.toProto(lease, stepIndex)
            .setContent(UnsafeByteOperations.unsafeWrap(content))
            .build();
    retries.call(() -> Calls.make(() -> deadline(deadlines.checkpoint()).putCheckpoint(request)));
  }

  /** A chunk's state, if it is there; not to be changed. */
  public Optional<byte[]> getCheckpoint(CheckpointKey key) {
    GetCheckpointRequest request = CheckpointWire.toProto(key);
    GetCheckpointResponse response =
        retries.call(
            () -> Calls.make(() -> deadline(deadlines.checkpoint()).getCheckpoint(request)));
    return response.getFound()
        ? Optional.of(WireBytes.array(response.getContent()))
        : Optional.empty();
  }

  private LatentServiceGrpc.LatentServiceBlockingV2Stub deadline(Duration deadline) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
