package dev.longtake.coordinator.api;

import com.google.protobuf.ByteString;
import dev.longtake.coordinator.artifacts.ArtifactStore;
import dev.longtake.coordinator.room.RoomWatch;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.metrics.Metrics;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.GetArtifactResponse;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/** Artifacts in and out, in pieces. */
public final class ArtifactEndpoint extends ArtifactServiceGrpc.ArtifactServiceImplBase {

  private final ArtifactStore artifacts;
  private final RoomWatch room;
  private final Bounds bounds;
  private final Answers answers;
  private final Metrics metrics;

  /**
   * The service.
   *
   * @param room what has to be there before an artifact is accepted
   * @param bounds what bound workers may read
   */
  public ArtifactEndpoint(ArtifactStore artifacts, RoomWatch room, Bounds bounds, Metrics metrics) {
    this.bounds = bounds;
    this.artifacts = artifacts;
    this.room = room;
    this.answers = new Answers(metrics);
    this.metrics = metrics;
  }

  @Override
  public StreamObserver<PutArtifactRequest> putArtifact(
      StreamObserver<PutArtifactResponse> responses) {
    return new Incoming(responses);
  }

  @Override
  public void getArtifact(
      GetArtifactRequest request, StreamObserver<GetArtifactResponse> responses) {
    var stream = (ServerCallStreamObserver<GetArtifactResponse>) responses;
    answers.stream(
        stream,
        () ->
            PieceSender.start(
                stream,
                open(digest(request.getDigest())),
                request.getOffset(),
                content -> {
                  metrics.artifactBytes.labelValues("out").inc(content.size());
                  return GetArtifactResponse.newBuilder().setContent(content).build();
                }));
  }

  private SeekableByteChannel open(Digest digest) {
    if (bounds.hide(digest)) {
      throw new LongtakeException( // As a store says it.
          ErrorCode.NOT_FOUND, "artifact: expected %s to be there".formatted(digest));
    }
    return artifacts.openChannel(digest);
  }

  private static Digest digest(String hex) {
    if (!Digest.isValid(hex)) {
      throw new LongtakeException(
          ErrorCode.REQUEST_INVALID,
          "digest: expected 64 lower-case hexadecimal digits, found \"%s\""
              .formatted(Answers.shortened(hex)));
    }
    return new Digest(hex);
  }

  /** One artifact on its way in. Callbacks come one after the other. */
  private final class Incoming implements StreamObserver<PutArtifactRequest> {

    private final StreamObserver<PutArtifactResponse> responses;
    private ArtifactStore.@Nullable Upload upload;
    private String digest = "";
    private boolean hasFailed;

    private Incoming(StreamObserver<PutArtifactResponse> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(PutArtifactRequest message) {
      if (hasFailed) {
        return;
      }
      try {
        switch (message.getPartCase()) {
          case HEADER -> begin(message.getHeader());
          case CONTENT -> write(message.getContent());
          case PART_NOT_SET -> throw invalid("part: expected header or content, found neither");
        }
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    private void begin(PutArtifactRequest.Header header) {
      if (upload != null) {
        throw invalid("header: expected one, found another");
      }
      digest = header.getDigest();
      room.requireRoom();
      upload = artifacts.begin(digest(digest), header.getSizeBytes());
    }

    private void write(ByteString content) {
      if (upload == null) {
        throw invalid("header: expected it before the content");
      }
      for (ByteBuffer piece : content.asReadOnlyByteBufferList()) {
        upload.write(piece);
      }
      metrics.artifactBytes.labelValues("in").inc(content.size());
    }

    @Override
    public void onCompleted() {
      if (hasFailed) {
        return;
      }
      try {
        if (upload == null) {
          throw invalid("header: expected one, found none");
        }
        upload.finish();
      } catch (RuntimeException e) {
        fail(e);
        return;
      }
      close();
      responses.onNext(PutArtifactResponse.newBuilder().setDigest(digest).build());
      responses.onCompleted();
    }

    @Override
    public void onError(Throwable broken) {
      close();
    }

    private void fail(RuntimeException failure) {
      hasFailed = true;
      close();
      answers.fail(responses, failure);
    }

    private void close() {
      if (upload != null) {
        upload.close();
      }
    }
  }

  private static LongtakeException invalid(String message) {
    return new LongtakeException(ErrorCode.REQUEST_INVALID, message);
  }
}
