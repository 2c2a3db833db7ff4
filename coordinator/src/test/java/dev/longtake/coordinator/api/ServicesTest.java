package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.longtake.client.ArtifactClient;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.latent.CheckpointKey;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.LeaseToken;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The services one by one, on a coordinator that they share. */
@Timeout(60)
@SuppressWarnings("try") // Workers work by being there.
class ServicesTest {

  @TempDir static Path folder;
  private static Coordinator coordinator;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(folder).with("test", "metrics.port", 0)));
    channel = Channels.plaintext("127.0.0.1", coordinator.port());
  }

  @AfterAll
  static void stop() {
    Channels.close(channel);
    coordinator.close();
  }

  private static byte[] noise(int size) {
    byte[] content = new byte[size];
    new SplittableRandom(size).nextBytes(content);
    return content;
  }

  private static void assertCode(Runnable call, ErrorCode code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(LongtakeException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void artifact_putAndGot_isTheSame() {
    var artifacts = new ArtifactClient(channel, Retries.NONE);
    byte[] content = noise(5_000_000);

    Digest digest = artifacts.put(content);

    assertThat(artifacts.put(content)).isEqualTo(digest);
    assertThat(artifacts.get(digest)).isEqualTo(content);
    assertThat(artifacts.get(artifacts.put(new byte[0]))).isEmpty();
    assertCode(() -> artifacts.get(Digest.ofText("missing")), ErrorCode.NOT_FOUND);
  }

  @Test
  void artifact_fromAnOffset_isTheRest() {
    byte[] content = noise(3_000_000);
    Digest digest = new ArtifactClient(channel, Retries.NONE).put(content);
    var request =
        GetArtifactRequest.newBuilder().setDigest(digest.hex()).setOffset(2_999_990).build();

    var parts = ArtifactServiceGrpc.newBlockingStub(channel).getArtifact(request);

    assertThat(parts.next().getContent().size()).isEqualTo(10);
    assertThat(parts.hasNext()).isFalse();
    var beyond = request.toBuilder().setOffset(3_000_001).build();
    assertThatThrownBy(
            () -> ArtifactServiceGrpc.newBlockingStub(channel).getArtifact(beyond).next())
        .hasMessageContaining("offset: expected 0 to 3000000");
  }

  private static Status put(PutArtifactRequest... messages) {
    var answer = new CompletableFuture<PutArtifactResponse>();
    StreamObserver<PutArtifactRequest> requests =
        ArtifactServiceGrpc.newStub(channel)
            .putArtifact(
                new StreamObserver<>() {
                  @Override
                  public void onNext(PutArtifactResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    for (PutArtifactRequest message : messages) {
      requests.onNext(message);
    }
    requests.onCompleted();
    try {
      answer.join();
      return Status.OK;
    } catch (CompletionException e) {
      return ((StatusRuntimeException) e.getCause()).getStatus();
    }
  }

  private static PutArtifactRequest header(String digest, long size) {
    return PutArtifactRequest.newBuilder()
        .setHeader(PutArtifactRequest.Header.newBuilder().setDigest(digest).setSizeBytes(size))
        .build();
  }

  private static PutArtifactRequest content(String text) {
    return PutArtifactRequest.newBuilder().setContent(ByteString.copyFromUtf8(text)).build();
  }

  @Test
  void artifact_notAsPromised_isRefused() {
    String digest = Digest.ofText("abc").hex();

    assertThat(put(header(digest, 3), content("abc"))).isEqualTo(Status.OK);
    assertThat(put(header(digest, 3), content("abd")).getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(put(header(digest, 4), content("abc")).getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(put(header(digest, 2), content("abc")).getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(put(header("../../etc", 3), content("abc")).getDescription()).startsWith("digest:");
    assertThat(put(header(digest, Long.MAX_VALUE)).getDescription()).startsWith("size_bytes:");
    assertThat(put(content("abc")).getDescription()).startsWith("header:");
    assertThat(put().getDescription()).startsWith("header:");
  }

  private static byte[] slab(float value) {
    return SlabCodec.encode(new Slab(1, 1, 1, 1, new float[] {value}));
  }

  /** A slab is taken only for a shot that is denoised now, and never changes. */
  @Test
  void slab_ofAShot_isTakenOnceAndDroppedWithIt() throws Exception {
    var latents = new LatentClient(channel, Retries.NONE);
    SlabKey nobodys = new SlabKey("story-999999", 0, 0, Side.LEFT, 0);
    assertCode(() -> latents.putSlab(nobodys, slab(1)), ErrorCode.WRONG_STATE);

    try (var client = FarmClient.connect("127.0.0.1", coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story =
          client.submit("r1", TestStories.story("slabs", 57), TestStories.pictures());
      worker.orders.take();
      SlabKey key = new SlabKey(story.storyId(), 0, 1, Side.LEFT, 7);

      latents.putSlab(key, slab(1));
      latents.putSlab(key, slab(1));

      assertThat(latents.getSlab(key, Duration.ofSeconds(1))).contains(slab(1));
      assertCode(() -> latents.putSlab(key, slab(2)), ErrorCode.DETERMINISM_VIOLATED);
      assertCode(() -> latents.putSlab(key, new byte[100]), ErrorCode.DATA_CORRUPT);
      assertThat(
              latents.getSlab(
                  new SlabKey(story.storyId(), 0, 1, Side.RIGHT, 7), Duration.ofMillis(10)))
          .isEmpty();

      client.cancel(story.storyId());
      assertCode(() -> latents.putSlab(key, slab(1)), ErrorCode.WRONG_STATE);
    }
  }

  /** Frames of 4096x2160 with chunks that share five latent frames of 16 channels: 22 MB. */
  @Test
  void slab_ofTheLargestFrames_passesBothWays() throws Exception {
    var latents = new LatentClient(channel, Retries.NONE);
    float[] velocity = new float[5 * 16 * 270 * 512];
    velocity[velocity.length - 1] = 0.5f;
    byte[] payload = SlabCodec.encode(new Slab(5, 16, 270, 512, velocity));
    assertThat(payload).hasSizeGreaterThan(22_000_000);

    try (var client = FarmClient.connect("127.0.0.1", coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story =
          client.submit("r4", TestStories.story("large", 57), TestStories.pictures());
      worker.orders.take();
      SlabKey key = new SlabKey(story.storyId(), 0, 1, Side.LEFT, 0);

      latents.putSlab(key, payload);

      assertThat(latents.getSlab(key, Duration.ofSeconds(1)).map(Arrays::hashCode))
          .contains(Arrays.hashCode(payload));
      client.cancel(story.storyId());
    }
  }

  private static byte[] checkpoint(int step, int value) {
    var origin =
        new Checkpoint.Origin(
            TestStories.ENGINE_CLASS, TestStories.MODEL.identity().digest(), 6, 2, 4, 4);
    return CheckpointCodec.encode(new Checkpoint(origin, step, new byte[] {(byte) value}));
  }

  /** A checkpoint is taken only from the current holder of a chunk, and never changes. */
  @Test
  void checkpoint_ofAChunk_isTakenOnceAndDroppedWithItsShot() throws Exception {
    var latents = new LatentClient(channel, Retries.NONE);
    var nobodys = new LeaseToken("story-999999", 0, LeaseToken.Kind.CHUNK, 0, 1);
    assertCode(() -> latents.putCheckpoint(nobodys, 1, checkpoint(1, 1)), ErrorCode.WRONG_STATE);

    try (var client = FarmClient.connect("127.0.0.1", coordinator.port());
        var worker = FakeWorker.start(coordinator.port(), "a", "boot-1", order -> true)) {
      StoryStatus story =
          client.submit("r2", TestStories.story("states", 57), TestStories.pictures());
      LeaseToken lease = worker.orders.take().lease();
      CheckpointKey key = new CheckpointKey(story.storyId(), 0, lease.index(), 1);
      assertThat(latents.getCheckpoint(key)).isEmpty();

      latents.putCheckpoint(lease, 1, checkpoint(1, 1));
      latents.putCheckpoint(lease, 1, checkpoint(1, 1));

      assertThat(latents.getCheckpoint(key)).contains(checkpoint(1, 1));
      assertCode(
          () -> latents.putCheckpoint(lease, 1, checkpoint(1, 2)), ErrorCode.DETERMINISM_VIOLATED);
      assertCode(() -> latents.putCheckpoint(lease, 1, new byte[200]), ErrorCode.DATA_CORRUPT);
      assertCode(
          () -> latents.putCheckpoint(lease, 2, checkpoint(1, 1)), ErrorCode.REQUEST_INVALID);
      var later =
          new LeaseToken(story.storyId(), 0, lease.kind(), lease.index(), lease.attempt() + 1);
      assertCode(() -> latents.putCheckpoint(later, 1, checkpoint(1, 1)), ErrorCode.UNAVAILABLE);

      client.cancel(story.storyId());
      assertCode(() -> latents.putCheckpoint(lease, 1, checkpoint(1, 1)), ErrorCode.WRONG_STATE);
    }
  }

  @Test
  void health_ofARunningCoordinator_isServing() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void metrics_ofARunningCoordinator_areThere() throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + coordinator.metricsPort() + "/metrics"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(request, BodyHandlers.ofString()).body())
          .contains("longtake_workers", "longtake_shots_completed_total");
    }
  }
}
