package dev.longtake.client;

import static dev.longtake.testing.TestStories.story;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.longtake.backoff.Backoff;
import dev.longtake.digest.Digest;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.HeapLatentStore;
import dev.longtake.latent.LatentStore;
import dev.longtake.latent.PutOutcome;
import dev.longtake.latent.Side;
import dev.longtake.latent.SlabKey;
import dev.longtake.limit.WireLimits;
import dev.longtake.story.status.FilmFile;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.SlabWire;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.DownloadFileRequest;
import dev.longtake.wire.v1.DownloadFileResponse;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.GetArtifactResponse;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.GetSlabResponse;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutArtifactResponse;
import dev.longtake.wire.v1.PutSlabRequest;
import dev.longtake.wire.v1.PutSlabResponse;
import dev.longtake.wire.v1.SubmitStoryRequest;
import dev.longtake.wire.v1.SubmitStoryResponse;
import dev.longtake.wire.v1.WatchStoryRequest;
import dev.longtake.wire.v1.WatchStoryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients against a real server on loopback whose services are as small as can be. */
class ClientTest {

  private static final Retries QUICK =
      new Retries(3, new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)));
  private static final SlabKey KEY = new SlabKey("s-1", 0, 0, Side.LEFT, 3);

  private final Farm farm = new Farm();
  private final Artifacts artifacts = new Artifacts();
  private final LatentStore store = new HeapLatentStore(1 << 20);
  @TempDir private Path folder;
  private Server server;
  private ManagedChannel channel;
  private FarmClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .maxInboundMessageSize(WireLimits.MESSAGE_BYTES_MAX)
            .addService(farm)
            .addService(artifacts)
            .addService(new Latents(store))
            .build()
            .start();
    channel = Channels.plaintext("127.0.0.1", server.getPort());
    client = new FarmClient(channel, QUICK, QUICK);
  }

  @AfterEach
  void stop() {
    client.close();
    server.shutdownNow();
    store.close();
  }

  private static LongtakeException failure(Runnable call) {
    return catchThrowableOfType(LongtakeException.class, call::run);
  }

  // Stories

  @Test
  void submit_story_sendsItWithItsPictures() {
    Map<Digest, byte[]> pictures = Map.of(Digest.ofText("a"), new byte[] {97});

    StoryStatus status = client.submit("r-1", story(), pictures);

    assertThat(status.storyId()).isEqualTo("s-1");
    assertThat(farm.submitted).hasSize(1);
    assertThat(farm.submitted.getFirst().getRequestId()).isEqualTo("r-1");
    assertThat(farm.submitted.getFirst().getPictures(0).getDigest())
        .isEqualTo(Digest.ofText("a").hex());
  }

  @Test
  void submit_busyCoordinator_isTriedAgain() {
    farm.failures.add(new LongtakeException(ErrorCode.LIMIT_REACHED, "full"));
    farm.failures.add(new LongtakeException(ErrorCode.UNAVAILABLE, "starting"));

    assertThat(client.submit("r-1", story(), Map.of()).storyId()).isEqualTo("s-1");
  }

  @Test
  void submit_wrongStory_isNotTriedAgain() {
    farm.failures.add(new LongtakeException(ErrorCode.STORY_INVALID, "story.fps: expected 1"));

    LongtakeException failure = failure(() -> client.submit("r-1", story(), Map.of()));

    assertThat(failure.code()).isEqualTo(ErrorCode.STORY_INVALID);
    assertThat(failure.getMessage()).isEqualTo("story.fps: expected 1");
    assertThat(farm.submitted).hasSize(1);
  }

  @Test
  void submit_nobodyThere_isUnavailable() {
    server.shutdownNow();

    assertThat(failure(() -> client.get("s-1")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  /** The stream breaks in the middle; the client connects again and sees the end. */
  @Test
  void watch_brokenStream_goesOnUntilTheEnd() {
    List<StoryState> seen = new ArrayList<>();

    StoryStatus last = client.watch("s-1", status -> seen.add(status.state()));

    assertThat(last.state()).isEqualTo(StoryState.SUCCEEDED);
    assertThat(seen)
        .containsExactly(
            StoryState.PENDING, StoryState.RUNNING, StoryState.RUNNING, StoryState.SUCCEEDED);
  }

  // Downloads

  private FilmFile film(int size) {
    byte[] content = new byte[size];
    new SplittableRandom(size).nextBytes(content);
    farm.files.put("shots/a.mp4", content);
    return new FilmFile("shots/a.mp4", Digest.of(content), size);
  }

  private Path download(FilmFile file) {
    return client.download("s-1", file, folder, bytes -> farm.told.add(bytes));
  }

  @Test
  void download_file_isWholeAndAloneUnderItsName() throws IOException {
    FilmFile file = film(100_000);

    Path path = download(file);

    assertThat(path).isEqualTo(folder.resolve("shots/a.mp4"));
    assertThat(Files.readAllBytes(path)).isEqualTo(farm.files.get("shots/a.mp4"));
    assertThat(folder.resolve("shots/a.mp4.part")).doesNotExist();
    assertThat(farm.told).last().isEqualTo(100_000L);
  }

  @Test
  void download_brokenInTheMiddle_goesOnWhereItStopped() throws IOException {
    FilmFile file = film(100_000);
    farm.breakAfterPieces = 3;

    Path path = download(file);

    assertThat(Files.readAllBytes(path)).isEqualTo(farm.files.get("shots/a.mp4"));
    assertThat(farm.offsets).containsExactly(0L, 30_000L);
  }

  @Test
  void download_fileThatIsThere_asksForNothing() {
    FilmFile file = film(1000);
    download(file);
    farm.offsets.clear();

    download(file);

    assertThat(farm.offsets).isEmpty();
  }

  @Test
  void download_emptyFile_isWritten() {
    assertThat(download(film(0))).isEmptyFile();
  }

  @Test
  void download_otherBytes_leavesNothingBehind() {
    FilmFile promised = new FilmFile("shots/a.mp4", Digest.ofText("other"), 1000);
    film(1000);

    LongtakeException failure = failure(() -> download(promised));

    assertThat(failure.code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    assertThat(folder.resolve("shots/a.mp4")).doesNotExist();
    assertThat(folder.resolve("shots/a.mp4.part")).doesNotExist();
  }

  @Test
  void download_partOfAnotherFile_isFoundOutAndRemoved() throws IOException {
    FilmFile file = film(1000);
    Files.createDirectories(folder.resolve("shots"));
    Files.write(folder.resolve("shots/a.mp4.part"), new byte[500]);

    assertThat(failure(() -> download(file)).code()).isEqualTo(ErrorCode.DATA_CORRUPT);
    assertThat(Files.readAllBytes(download(file))).isEqualTo(farm.files.get("shots/a.mp4"));
  }

  @Test
  void download_unknownFile_isNotFound() {
    FilmFile file = new FilmFile("no.mp4", Digest.ofText("x"), 1);

    assertThat(failure(() -> download(file)).code()).isEqualTo(ErrorCode.NOT_FOUND);
  }

  // Artifacts and slabs

  @Test
  void artifact_putAndGot_isTheSame() {
    ArtifactClient client = new ArtifactClient(channel, QUICK);
    byte[] content = new byte[(5 << 20) + 17];
    new SplittableRandom(1).nextBytes(content);

    Digest digest = client.put(content);

    assertThat(digest).isEqualTo(Digest.of(content));
    assertThat(client.get(digest)).isEqualTo(content);
    assertThat(client.get(client.put(new byte[0]))).isEmpty();
  }

  @Test
  void artifact_missingOrWrong_isTold() {
    ArtifactClient client = new ArtifactClient(channel, QUICK);
    Digest promised = Digest.ofText("promised");
    artifacts.contents.put(promised.hex(), new byte[7]);

    assertThat(failure(() -> client.get(Digest.ofText("none"))).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure(() -> client.get(promised)).code()).isEqualTo(ErrorCode.DATA_CORRUPT);
  }

  @Test
  void slab_putAndGot_isTheSame() {
    LatentClient client = new LatentClient(channel, QUICK);

    assertThat(client.getSlab(KEY, Duration.ofMillis(10))).isEmpty();
    client.putSlab(KEY, new byte[] {1, 2, 3});
    client.putSlab(KEY, new byte[] {1, 2, 3});

    assertThat(client.getSlab(KEY, Duration.ofSeconds(1))).hasValue(new byte[] {1, 2, 3});
    assertThat(failure(() -> client.putSlab(KEY, new byte[] {9})).code())
        .isEqualTo(ErrorCode.DETERMINISM_VIOLATED);
  }

  // Services

  private static final class Farm extends FarmServiceGrpc.FarmServiceImplBase {

    private static final int PIECE = 10_000;

    private final List<SubmitStoryRequest> submitted = new ArrayList<>();
    private final ConcurrentLinkedQueue<LongtakeException> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<Long> offsets = new ArrayList<>();
    private final List<Long> told = new ArrayList<>();
    private int breakAfterPieces = Integer.MAX_VALUE;
    private int watches;

    private static dev.longtake.wire.v1.StoryStatus status(dev.longtake.wire.v1.StoryState state) {
      return dev.longtake.wire.v1.StoryStatus.newBuilder()
          .setStoryId("s-1")
          .setState(state)
          .build();
    }

    @Override
    public void submitStory(
        SubmitStoryRequest request, StreamObserver<SubmitStoryResponse> responses) {
      GrpcErrors.answer(
          responses,
          () -> {
            submitted.add(request);
            LongtakeException failure = failures.poll();
            if (failure != null) {
              throw failure;
            }
            return SubmitStoryResponse.newBuilder()
                .setStatus(status(dev.longtake.wire.v1.StoryState.STORY_STATE_PENDING))
                .build();
          });
    }

    @Override
    public void watchStory(
        WatchStoryRequest request, StreamObserver<WatchStoryResponse> responses) {
      watches++;
      if (watches == 1) {
        send(responses, dev.longtake.wire.v1.StoryState.STORY_STATE_PENDING);
        send(responses, dev.longtake.wire.v1.StoryState.STORY_STATE_RUNNING);
        responses.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      send(responses, dev.longtake.wire.v1.StoryState.STORY_STATE_RUNNING);
      send(responses, dev.longtake.wire.v1.StoryState.STORY_STATE_SUCCEEDED);
      responses.onCompleted();
    }

    private static void send(
        StreamObserver<WatchStoryResponse> responses, dev.longtake.wire.v1.StoryState state) {
      responses.onNext(WatchStoryResponse.newBuilder().setStatus(status(state)).build());
    }

    @Override
    public void downloadFile(
        DownloadFileRequest request, StreamObserver<DownloadFileResponse> responses) {
      byte[] content = files.get(request.getName());
      if (content == null) {
        responses.onError(
            GrpcErrors.toStatus(new LongtakeException(ErrorCode.NOT_FOUND, "no such file")));
        return;
      }
      offsets.add(request.getOffset());
      int pieces = 0;
      for (int at = (int) request.getOffset(); at < content.length; at += PIECE) {
        if (pieces == breakAfterPieces) {
          breakAfterPieces = Integer.MAX_VALUE;
          responses.onError(Status.UNAVAILABLE.asRuntimeException());
          return;
        }
        pieces++;
        responses.onNext(
            DownloadFileResponse.newBuilder()
                .setContent(ByteString.copyFrom(content, at, Math.min(PIECE, content.length - at)))
                .build());
      }
      responses.onCompleted();
    }
  }

  private static final class Artifacts extends ArtifactServiceGrpc.ArtifactServiceImplBase {

    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

    @Override
    public StreamObserver<PutArtifactRequest> putArtifact(
        StreamObserver<PutArtifactResponse> responses) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      return new StreamObserver<>() {
        private String digest = "";

        @Override
        public void onNext(PutArtifactRequest part) {
          switch (part.getPartCase()) {
            case HEADER -> digest = part.getHeader().getDigest();
            case CONTENT -> content.writeBytes(part.getContent().toByteArray());
            case PART_NOT_SET -> throw new IllegalStateException("empty part");
          }
        }

        @Override
        public void onError(Throwable failure) {
          content.reset();
        }

        @Override
        public void onCompleted() {
          contents.put(digest, content.toByteArray());
          responses.onNext(PutArtifactResponse.newBuilder().setDigest(digest).build());
          responses.onCompleted();
        }
      };
    }

    @Override
    public void getArtifact(
        GetArtifactRequest request, StreamObserver<GetArtifactResponse> responses) {
      byte[] content = contents.get(request.getDigest());
      if (content == null) {
        responses.onError(
            GrpcErrors.toStatus(new LongtakeException(ErrorCode.NOT_FOUND, "no such artifact")));
        return;
      }
      for (int at = 0; at < content.length; at += 1 << 20) {
        responses.onNext(
            GetArtifactResponse.newBuilder()
                .setContent(
                    ByteString.copyFrom(content, at, Math.min(1 << 20, content.length - at)))
                .build());
      }
      responses.onCompleted();
    }
  }

  private static final class Latents extends LatentServiceGrpc.LatentServiceImplBase {

    private final LatentStore store;

    private Latents(LatentStore store) {
      this.store = store;
    }

    @Override
    public void putSlab(PutSlabRequest request, StreamObserver<PutSlabResponse> responses) {
      GrpcErrors.answer(
          responses,
          () -> {
            SlabKey key = SlabWire.fromProto(request.getKey());
            if (store.put(key, request.getPayload().toByteArray()) == PutOutcome.DIFFERENT) {
              throw new LongtakeException(ErrorCode.DETERMINISM_VIOLATED, "other bytes");
            }
            return PutSlabResponse.getDefaultInstance();
          });
    }

    @Override
    public void getSlab(GetSlabRequest request, StreamObserver<GetSlabResponse> responses) {
      GrpcErrors.answer(
          responses,
          () ->
              store
                  .await(SlabWire.fromProto(request.getKey()), SlabWire.wait(request))
                  .map(
                      payload ->
                          GetSlabResponse.newBuilder()
                              .setFound(true)
                              .setPayload(ByteString.copyFrom(payload))
                              .build())
                  .orElse(GetSlabResponse.getDefaultInstance()));
    }
  }
}
