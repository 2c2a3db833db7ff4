package dev.longtake.worker;

import com.google.protobuf.ByteString;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.wire.CheckpointWire;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.SlabWire;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.GetArtifactResponse;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.GetCheckpointResponse;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.GetSlabResponse;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactResponse;
import dev.longtake.wire.v1.PutCheckpointRequest;
import dev.longtake.wire.v1.PutCheckpointResponse;
import dev.longtake.wire.v1.PutSlabRequest;
import dev.longtake.wire.v1.PutSlabResponse;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The coordinator's slabs and artifacts, in memory, behind the real services. */
public final class FakeStores {

  final Map<Digest, byte[]> artifacts = new ConcurrentHashMap<>();
  private final LatentStore latents = new HeapLatentStore(64L << 20);

  LatentServiceGrpc.LatentServiceImplBase latentService() {
    return new LatentServiceGrpc.LatentServiceImplBase() {
      @Override
      public void putSlab(PutSlabRequest request, StreamObserver<PutSlabResponse> responses) {
        GrpcErrors.answer(
            responses,
            () -> {
              if (latents.put(
                      SlabWire.fromProto(request.getKey()), request.getPayload().toByteArray())
                  == PutOutcome.DIFFERENT) {
                throw new LongtakeException(ErrorCode.DETERMINISM_VIOLATED, "other bytes");
              }
              return PutSlabResponse.getDefaultInstance();
            });
      }

      @Override
      public void putCheckpoint(
          PutCheckpointRequest request, StreamObserver<PutCheckpointResponse> responses) {
        GrpcErrors.answer(
            responses,
            () -> {
              if (latents.putCheckpoint(
                      CheckpointWire.key(request), request.getContent().toByteArray())
                  == PutOutcome.DIFFERENT) {
                throw new LongtakeException(ErrorCode.DETERMINISM_VIOLATED, "other bytes");
              }
              return PutCheckpointResponse.getDefaultInstance();
            });
      }

      @Override
      public void getCheckpoint(
          GetCheckpointRequest request, StreamObserver<GetCheckpointResponse> responses) {
        GrpcErrors.answer(
            responses,
            () -> {
              Optional<byte[]> content = latents.checkpoint(CheckpointWire.key(request));
              var response = GetCheckpointResponse.newBuilder().setFound(content.isPresent());
              content.ifPresent(bytes -> response.setContent(ByteString.copyFrom(bytes)));
              return response.build();
            });
      }

      @Override
      public void getSlab(GetSlabRequest request, StreamObserver<GetSlabResponse> responses) {
        GrpcErrors.answer(
            responses,
            () -> {
              Duration wait = SlabWire.wait(request);
              Optional<byte[]> payload = latents.await(SlabWire.fromProto(request.getKey()), wait);
              var response = GetSlabResponse.newBuilder().setFound(payload.isPresent());
              payload.ifPresent(bytes -> response.setPayload(ByteString.copyFrom(bytes)));
              return response.build();
            });
      }
    };
  }

  ArtifactServiceGrpc.ArtifactServiceImplBase artifactService() {
    return new ArtifactServiceGrpc.ArtifactServiceImplBase() {
      @Override
      public StreamObserver<PutArtifactRequest> putArtifact(
          StreamObserver<PutArtifactResponse> responses) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        return new StreamObserver<>() {
          @Override
          public void onNext(PutArtifactRequest request) {
            content.writeBytes(request.getContent().toByteArray());
          }

          @Override
          public void onError(Throwable failure) {}

          @Override
          public void onCompleted() {
            GrpcErrors.answer(
                responses,
                () -> {
                  Digest digest = Digest.of(content.toByteArray());
                  artifacts.put(digest, content.toByteArray());
                  return PutArtifactResponse.newBuilder().setDigest(digest.hex()).build();
                });
          }
        };
      }

      @Override
      public void getArtifact(
          GetArtifactRequest request, StreamObserver<GetArtifactResponse> responses) {
        GrpcErrors.answer(
            responses,
            () ->
                GetArtifactResponse.newBuilder()
                    .setContent(ByteString.copyFrom(artifacts.get(new Digest(request.getDigest()))))
                    .build());
      }
    };
  }

  public void close() {
    latents.close();
  }
}
