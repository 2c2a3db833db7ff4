package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.latent.Side;
import dev.longtake.latent.Slab;
import dev.longtake.latent.SlabCodec;
import dev.longtake.latent.SlabKey;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.GrpcErrors;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.Report;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes in that is wrong: it is named, counted, and costs nobody else anything. */
@Timeout(60)
@SuppressWarnings("try") // Workers work by being there.
class DoorsTest {

  private static final int WORKERS_MAX = 20;

  @TempDir private Path folder;
  private Coordinator coordinator;
  private ManagedChannel channel;
  private FarmClient client;
  private final Queue<SynchronizeResponse> answers = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() {
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(folder)
                    .with("test", "metrics.port", 0)
                    .with("test", "limits.workers", WORKERS_MAX)
                    .with("test", "lease.timeout", "1s")
                    .with("test", "lease.heartbeat", "300ms")));
    channel = Channels.plaintext("127.0.0.1", coordinator.port());
    client = FarmClient.connect("127.0.0.1", coordinator.port());
  }

  @AfterEach
  void stop() {
    client.close();
    Channels.close(channel);
    coordinator.close();
  }

  private double errors(String kind) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + coordinator.metricsPort() + "/metrics"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      Matcher line =
          Pattern.compile("longtake_errors_total\\{error_kind=\"" + kind + "\"\\} (\\S+)")
              .matcher(http.send(request, BodyHandlers.ofString()).body());
      assertThat(line.find()).isTrue();
      return Double.parseDouble(line.group(1));
    }
  }

  /** A stream on which these are said, and how it ends. */
  private CompletableFuture<LongtakeException> say(SynchronizeRequest... messages) {
    var end = new CompletableFuture<LongtakeException>();
    StreamObserver<SynchronizeRequest> requests =
        WorkerServiceGrpc.newStub(channel)
            .synchronize(
                new StreamObserver<>() {
                  @Override
                  public void onNext(SynchronizeResponse response) {
                    answers.add(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    end.complete(GrpcErrors.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {}
                });
    for (SynchronizeRequest message : messages) {
      requests.onNext(message);
    }
    return end;
  }

  private static SynchronizeRequest.Builder statement() {
    return WorkWire.toProto(
        new WorkerStatement(
            "w", "1", TestStories.ENGINE_CLASS, TestStories.MODEL, List.of(), false, 1))
        .toBuilder();
  }

  private void assertRenders() {
    try (var worker = FakeWorker.start(coordinator.port(), "sound")) {
      StoryStatus story = client.submit("r", TestStories.story("s", 9), TestStories.pictures());
      StoryStatus end = client.watch(story.storyId(), status -> {});
      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
    }
  }

  @Test
  void streams_ofThousandsThatSayNothing_areFewAndNotForLong() throws Exception {
    List<CompletableFuture<LongtakeException>> ends = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      ends.add(say());
    }

    var codes =
        ends.stream()
            .map(end -> end.join().code())
            .collect(Collectors.groupingBy(code -> code, Collectors.counting()));

    assertThat(codes)
        .containsOnlyKeys(ErrorCode.LIMIT_REACHED, ErrorCode.DEADLINE_EXCEEDED)
        .hasEntrySatisfying(
            ErrorCode.DEADLINE_EXCEEDED, count -> assertThat(count).isBetween(20L, 1_000L));
    assertThat(errors("busy")).isGreaterThanOrEqualTo(1_000);
    assertRenders();
  }

  @Test
  void statement_thatIsMalformed_isRefusedWithTheFieldsName() throws Exception {
    assertRefused(statement().setEngineClass("GPU, the big one").build(), "engineClass");
    assertRefused(statement().setWorkerId("").build(), "workerId");
    assertRefused(statement().clearModel().build(), "model");
    assertRefused(statement().addReports(Report.getDefaultInstance()).build(), "reports[0]");

    assertThat(errors("caller")).isEqualTo(4);
    assertRenders();
  }

  private void assertRefused(SynchronizeRequest statement, String field) {
    LongtakeException refusal = say(statement).join();
    assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
    assertThat(refusal.getMessage()).contains(field);
  }

  /** A worker of a later version calls what is not there yet. */
  @Test
  void call_ofAnotherVersion_isUnimplemented() {
    MethodDescriptor<SynchronizeRequest, SynchronizeResponse> later =
        WorkerServiceGrpc.getSynchronizeMethod().toBuilder()
            .setFullMethodName("longtake.v2.WorkerService/Synchronize")
            .setType(MethodDescriptor.MethodType.UNARY)
            .build();

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    channel, later, CallOptions.DEFAULT, statement().build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    assertRenders();
  }

  /** It is there, and gets nothing of a film that others have begun. */
  @Test
  void worker_ofAnotherEngineClass_getsNothingOfTheFilm() throws Exception {
    try (var worker = FakeWorker.start(coordinator.port(), "sound", "boot-1", order -> true)) {
      StoryStatus story = client.submit("r1", TestStories.story("s", 9), TestStories.pictures());
      worker.orders.take();
      var _ = say(statement().setEngineClass("another-1").build());
      worker.release();

      assertThat(client.watch(story.storyId(), status -> {}).state())
          .isEqualTo(StoryState.SUCCEEDED);
      assertThat(answers).allSatisfy(answer -> assertThat(answer.getOrdersList()).isEmpty());
    }
  }

  @Test
  void slab_thatNobodyCanWant_isRefusedAndCounted() throws Exception {
    var latents = new LatentClient(channel, Retries.NONE);
    byte[] slab = SlabCodec.encode(new Slab(1, 1, 1, 1, new float[] {1}));
    try (var worker = FakeWorker.start(coordinator.port(), "sound", "boot-1", order -> true)) {
      StoryStatus story = client.submit("r1", TestStories.story("s", 57), TestStories.pictures());
      worker.orders.take();
      SlabKey beyond = new SlabKey(story.storyId(), 0, 3, Side.LEFT, 0);

      assertThatThrownBy(() -> latents.putSlab(beyond, slab))
          .isInstanceOfSatisfying(
              LongtakeException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
                assertThat(e.getMessage()).contains("key.boundary_index", "found 3");
              });
      latents.putSlab(new SlabKey(story.storyId(), 0, 2, Side.LEFT, 0), slab);
      assertThat(errors("caller")).isEqualTo(1);
    }
  }
}
