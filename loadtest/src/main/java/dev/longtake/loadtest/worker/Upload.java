package dev.longtake.loadtest.worker;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.digest.Digest;
import dev.longtake.error.LongtakeException;
import dev.longtake.limit.WireLimits;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One artifact on its way to the coordinator. No thread waits for it. */
final class Upload implements StreamObserver<PutArtifactResponse> {

  private static final long DEADLINE_SECONDS = 120;

  private final Runnable onStored;
  private final Consumer<LongtakeException> onFailure;

  private Upload(Runnable onStored, Consumer<LongtakeException> onFailure) {
    this.onStored = onStored;
    this.onFailure = onFailure;
  }

  /** Begins; one of the two is called in the end. */
  static void start(
      ManagedChannel channel,
      Digest digest,
      byte[] content,
      Runnable onStored,
      Consumer<LongtakeException> onFailure) {
    StreamObserver<PutArtifactRequest> parts =
        ArtifactServiceGrpc.newStub(channel)
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .putArtifact(new Upload(onStored, onFailure));
    parts.onNext(
        PutArtifactRequest.newBuilder()
            .setHeader(
                PutArtifactRequest.Header.newBuilder()
                    .setDigest(digest.hex())
                    .setSizeBytes(content.length))
            .build());
    for (int at = 0; at < content.length; at += WireLimits.PIECE_BYTES) {
      int length = Math.min(WireLimits.PIECE_BYTES, content.length - at);
      parts.onNext(
          PutArtifactRequest.newBuilder()
              .setContent(UnsafeByteOperations.unsafeWrap(content, at, length))
              .build());
    }
    parts.onCompleted();
  }

  @Override
  public void onNext(PutArtifactResponse response) {}

  @Override
  public void onError(Throwable failure) {
    onFailure.accept(GrpcErrors.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    onStored.run();
  }
}
