package dev.longtake.coordinator.api;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.coordinator.latents.KeptCheckpoints;
import dev.longtake.coordinator.story.actor.StoryCommand;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.LatentLimits;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.metrics.Metrics;
import dev.longtake.wire.CheckpointWire;
import dev.longtake.wire.SlabWire;
import dev.longtake.wire.WireBytes;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.GetCheckpointResponse;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.GetSlabResponse;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.PutCheckpointRequest;
import dev.longtake.wire.v1.PutCheckpointResponse;
import dev.longtake.wire.v1.PutSlabRequest;
import dev.longtake.wire.v1.PutSlabResponse;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;

/** Slabs and checkpoints, through the store. */
public final class LatentEndpoint extends LatentServiceGrpc.LatentServiceImplBase {

  /** Between two looks at whether who waits for a slab is still there. */
  private static final Duration TURN = Duration.ofSeconds(1);

  private final Farm farm;
  private final LatentStore store;
  private final KeptCheckpoints checkpoints;
  private final OpenShots openShots;
  private final Bounds bounds;
  private final Duration waitMax;
  private final Answers answers;
  private final Metrics metrics;

  /**
   * The service.
   *
   * @param bounds what bound workers may read and write
   * @param waitMax a slab is waited for no longer, whatever was asked for
   */
  public LatentEndpoint(
      Farm farm,
      LatentStore store,
      KeptCheckpoints checkpoints,
      OpenShots openShots,
      Bounds bounds,
      Metrics metrics,
      Duration waitMax) {
    this.farm = farm;
    this.store = store;
    this.checkpoints = checkpoints;
    this.openShots = openShots;
    this.bounds = bounds;
    this.waitMax = waitMax;
    this.answers = new Answers(metrics);
    this.metrics = metrics;
  }

  @Override
  public void putSlab(PutSlabRequest request, StreamObserver<PutSlabResponse> responses) {
    answers.send(
        responses,
        () -> {
          SlabKey key = SlabWire.fromProto(request.getKey());
          byte[] payload = checked(request);
          if (bounds.hide(key.storyId())) {
            throw notDenoised(key);
          }
          if (!openShots.isDenoising(key.storyId(), key.shotIndex())) {
            askIfNew(openShots.isNews(key.storyId(), key.shotIndex()), key.storyId());
            throw notDenoised(key);
          }
          requireBoundary(key);
          if (store.put(key, payload) == PutOutcome.DIFFERENT) {
            throw new LongtakeException(
                ErrorCode.DETERMINISM_VIOLATED,
                "%s: expected the bytes that were published before, found others".formatted(key));
          }
          metrics.slabsPut.inc();
          metrics.slabBytes.labelValues("in").inc(payload.length);
          metrics.latentStoreBytes.set((double) store.bytes());
          return PutSlabResponse.getDefaultInstance();
        });
  }

  private static LongtakeException notDenoised(SlabKey key) {
    return new LongtakeException(
        ErrorCode.WRONG_STATE,
        "story %s, shot %d: expected a shot that is denoised now"
            .formatted(key.storyId(), key.shotIndex()));
  }

  private static LongtakeException notCurrent(LeaseToken lease) {
    return new LongtakeException(
        ErrorCode.WRONG_STATE,
        "%s: expected a current lease of a shot that is denoised now".formatted(lease));
  }

  /** A slab that nobody asks for would stay in the store until its shot is done. */
  private void requireBoundary(SlabKey key) {
    if (!openShots.mayBeBoundary(key.storyId(), key.shotIndex(), key.boundaryIndex())) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "key.boundary_index: expected one between two chunks of story %s, shot %d, found %d"
              .formatted(key.storyId(), key.shotIndex(), key.boundaryIndex()));
    }
  }

  /**
   * A story that goes on is asked to say again how it stands, to all coordinators, and the caller
   * comes again: refused, it would give up what is wanted.
   *
   * @throws LongtakeException with {@link ErrorCode#UNAVAILABLE} if so
   */
  private void askIfNew(boolean isNews, String storyId) {
    if (isNews && !farm.hasEnded(storyId)) {
      farm.stories().tell(storyId, new StoryCommand.Restate());
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE,
          "story %s: expected to know what is denoised of it, found that this coordinator has not heard it yet"
              .formatted(storyId));
    }
  }

  /** The story hears of each place that has it: from then on its chunk may be sent back to it. */
  @Override
  public void putCheckpoint(
      PutCheckpointRequest request, StreamObserver<PutCheckpointResponse> responses) {
    answers.send(
        responses,
        () -> {
          LeaseToken lease = CheckpointWire.lease(request);
          CheckpointKey key = CheckpointWire.key(request);
          byte[] content = checked(request, key);
          if (bounds.hide(lease.storyId())) {
            throw notCurrent(lease);
          }
          if (!openShots.isCurrent(lease)) {
            askIfNew(openShots.isNews(lease), lease.storyId());
            throw notCurrent(lease);
          }
          checkpoints.put(
              key,
              content,
              news ->
                  farm.stories()
                      .tellOpen(
                          lease.storyId(),
                          new StoryCommand.CheckpointTaken(lease, key.stepIndex(), news)));
          metrics.checkpointsPut.inc();
          metrics.checkpointBytes.labelValues("in").inc(content.length);
          metrics.latentStoreBytes.set((double) store.bytes());
          return PutCheckpointResponse.getDefaultInstance();
        });
  }

  private static byte[] checked(PutCheckpointRequest request, CheckpointKey key) {
    if (request.getContent().size() > LatentLimits.CHECKPOINT_BYTES_MAX) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "content: expected at most %d bytes, found %d"
              .formatted(LatentLimits.CHECKPOINT_BYTES_MAX, request.getContent().size()));
    }
    byte[] content = WireBytes.array(request.getContent());
    int stepIndex = CheckpointCodec.check(content);
    if (stepIndex != key.stepIndex()) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "content: expected step %d, found %d".formatted(key.stepIndex(), stepIndex));
    }
    return content;
  }

  @Override
  public void getCheckpoint(
      GetCheckpointRequest request, StreamObserver<GetCheckpointResponse> responses) {
    answers.send(
        responses,
        () -> {
          CheckpointKey key = CheckpointWire.key(request);
          Optional<byte[]> content =
              bounds.hide(key.storyId()) ? Optional.empty() : checkpoints.read(key);
          if (content.isEmpty()) {
            return GetCheckpointResponse.getDefaultInstance();
          }
          metrics.checkpointBytes.labelValues("out").inc(content.get().length);
          return GetCheckpointResponse.newBuilder()
              .setFound(true)
              .setContent(UnsafeByteOperations.unsafeWrap(content.get()))
              .build();
        });
  }

  private static byte[] checked(PutSlabRequest request) {
    if (request.getPayload().size() > LatentLimits.SLAB_BYTES_MAX) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "payload: expected at most %d bytes, found %d"
              .formatted(LatentLimits.SLAB_BYTES_MAX, request.getPayload().size()));
    }
    byte[] payload = WireBytes.array(request.getPayload());
    SlabCodec.check(payload); // What was damaged on its way is sent again: no fault of the story's.
    return payload;
  }

  /** Runs on a virtual thread, so waiting costs next to nothing. */
  @Override
  public void getSlab(GetSlabRequest request, StreamObserver<GetSlabResponse> responses) {
    answers.send(
        responses,
        () -> {
          SlabKey key = SlabWire.fromProto(request.getKey());
          Duration asked = SlabWire.wait(request);
          Optional<byte[]> payload =
              bounds.hide(key.storyId())
                  ? Optional.empty()
                  : await(key, asked.compareTo(waitMax) > 0 ? waitMax : asked);
          if (payload.isEmpty()) {
            return GetSlabResponse.getDefaultInstance();
          }
          metrics.slabsGot.inc();
          metrics.slabBytes.labelValues("out").inc(payload.get().length);
          return GetSlabResponse.newBuilder()
              .setFound(true)
              .setPayload(UnsafeByteOperations.unsafeWrap(payload.get()))
              .build();
        });
  }

  /** Waits in turns: once who asked has gone, nobody goes on waiting. */
  private Optional<byte[]> await(SlabKey key, Duration wait) {
    Duration left = wait;
    while (left.compareTo(TURN) > 0) {
      Optional<byte[]> payload = store.await(key, TURN);
      if (payload.isPresent() || Context.current().isCancelled()) {
        return payload;
      }
      left = left.minus(TURN);
    }
    return store.await(key, left);
  }
}
