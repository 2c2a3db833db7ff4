package dev.longtake.wire;

import dev.longtake.latent.CheckpointKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.PutCheckpointRequest;

/** Checkpoints' names, both ways. */
public final class CheckpointWire {

  private CheckpointWire() {}

  /** The request for a checkpoint. */
  public static GetCheckpointRequest toProto(CheckpointKey key) {
    return GetCheckpointRequest.newBuilder()
        .setKey(
            dev.longtake.wire.v1.CheckpointKey.newBuilder()
                .setStoryId(key.storyId())
                .setShotIndex(key.shotIndex())
                .setChunkIndex(key.chunkIndex())
                .setStepIndex(key.stepIndex()))
        .build();
  }

  /** The request to keep a checkpoint, its content aside. */
  public static PutCheckpointRequest.Builder toProto(LeaseToken lease, int stepIndex) {
    return PutCheckpointRequest.newBuilder()
        .setLease(WorkWire.toProto(lease))
        .setStepIndex(stepIndex);
  }

  /**
   * The checkpoint that is asked for.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static CheckpointKey key(GetCheckpointRequest message) {
    dev.longtake.wire.v1.CheckpointKey key = message.getKey();
    return new Field("key")
        .make(
            () ->
                new CheckpointKey(
                    key.getStoryId(), key.getShotIndex(), key.getChunkIndex(), key.getStepIndex()));
  }

  /**
   * The lease of the chunk whose state is to be kept.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static LeaseToken lease(PutCheckpointRequest message) {
    Field at = new Field("lease");
    LeaseToken lease = WorkWire.lease(at, message.getLease());
    return switch (lease.kind()) {
      case CHUNK -> lease;
      case SEGMENT -> throw at.invalid("expected a chunk, found a segment");
    };
  }

  /**
   * The name under which the state is to be kept.
   *
   * @throws dev.longtake.error.LongtakeException with {@code REQUEST_INVALID} and the field's name
   */
  public static CheckpointKey key(PutCheckpointRequest message) {
    LeaseToken lease = lease(message);
    return new Field("step_index")
        .make(
            () ->
                new CheckpointKey(
                    lease.storyId(), lease.shotIndex(), lease.index(), message.getStepIndex()));
  }
}
