package dev.longtake.client;

import com.google.protobuf.UnsafeByteOperations;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.limit.WireLimits;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.GetArtifactResponse;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactResponse;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Artifacts by digest, in a coordinator's store. Safe for any number of threads. */
public final class ArtifactClient {

  private final ArtifactServiceGrpc.ArtifactServiceBlockingV2Stub stub;
  private final Retries retries;
  private final Deadlines deadlines;

  public ArtifactClient(Channel channel, Retries retries) {
    this(channel, retries, Deadlines.USUAL);
  }

  public ArtifactClient(Channel channel, Retries retries, Deadlines deadlines) {
    this.stub = ArtifactServiceGrpc.newBlockingV2Stub(channel);
    this.retries = retries;
    this.deadlines = deadlines;
  }

  /** Stores the content and says its digest; repeating it is safe. */
  public Digest put(byte[] content) {
    Digest digest = Digest.of(content);
    PutArtifactResponse response = retries.call(() -> Calls.make(() -> putOnce(digest, content)));
    if (!response.getDigest().equals(digest.hex())) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "artifact: expected the store to have %s, found %s"
              .formatted(digest, response.getDigest()));
    }
    return digest;
  }

  /**
   * Fetches an artifact and checks its digest.
   *
   * @throws LongtakeException with {@link ErrorCode#NOT_FOUND} if there is none, {@link
   *     ErrorCode#DATA_CORRUPT} if the bytes are others
   */
  public byte[] get(Digest digest) {
    byte[] content = retries.call(() -> Calls.make(() -> getOnce(digest)));
    Digest found = Digest.of(content);
    if (!found.equals(digest)) {
      throw new LongtakeException(
          ErrorCode.DATA_CORRUPT,
          "artifact: expected digest %s, found %s".formatted(digest, found));
    }
    return content;
  }

  private PutArtifactResponse putOnce(Digest digest, byte[] content)
      throws StatusException, InterruptedException, TimeoutException {
    BlockingClientCall<PutArtifactRequest, PutArtifactResponse> call = deadline().putArtifact();
    boolean open =
        call.write(
            PutArtifactRequest.newBuilder()
                .setHeader(
                    PutArtifactRequest.Header.newBuilder()
                        .setDigest(digest.hex())
                        .setSizeBytes(content.length))
                .build());
    for (int at = 0; open && at < content.length; at += WireLimits.PIECE_BYTES) {
      int length = Math.min(WireLimits.PIECE_BYTES, content.length - at);
      open =
          call.write(
              PutArtifactRequest.newBuilder()
                  .setContent(UnsafeByteOperations.unsafeWrap(content, at, length))
                  .build());
    }
    if (open) {
      call.halfClose();
    }
    PutArtifactResponse response = call.read();
    if (response == null) {
      throw new LongtakeException(
          ErrorCode.UNAVAILABLE, "artifact %s: the store ended the call".formatted(digest));
    }
    return response;
  }

  private byte[] getOnce(Digest digest)
      throws StatusException, InterruptedException, TimeoutException {
    BlockingClientCall<?, GetArtifactResponse> call =
        deadline().getArtifact(GetArtifactRequest.newBuilder().setDigest(digest.hex()).build());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (GetArtifactResponse part = call.read(); part != null; part = call.read()) {
      if ((long) content.size() + part.getContent().size() > WireLimits.ARTIFACT_BYTES_MAX) {
        call.cancel("too large", null);
        throw new LongtakeException(
            ErrorCode.LIMIT_REACHED,
            "artifact %s: expected at most %d bytes"
                .formatted(digest, WireLimits.ARTIFACT_BYTES_MAX));
      }
      content.writeBytes(part.getContent().toByteArray());
    }
    return content.toByteArray();
  }

  private ArtifactServiceGrpc.ArtifactServiceBlockingV2Stub deadline() {
    return stub.withDeadlineAfter(deadlines.artifact().toNanos(), TimeUnit.NANOSECONDS);
  }
}
