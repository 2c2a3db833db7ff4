package dev.longtake.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.backoff.Backoff;
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.story.status.StoryState;
import dev.longtake.testing.Cable;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.GetStoryRequest;
import dev.longtake.wire.v1.GetStoryResponse;
import dev.longtake.wire.v1.StoryStatus;
import dev.longtake.wire.v1.WatchStoryRequest;
import dev.longtake.wire.v1.WatchStoryResponse;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Calls to a farm of real servers on loopback, one of which is stopped, frozen or on its way out.
 */
@Timeout(60)
class SeveralCoordinatorsTest {

  private static final Retries QUICK =
      new Retries(20, new Backoff(Duration.ofMillis(1), Duration.ofMillis(50)));
  private static final Coordinators.Pace PACE =
      new Coordinators.Pace(Duration.ofMillis(50), Duration.ofMillis(500));

  private record Watcher(Host host, StreamObserver<WatchStoryResponse> stream) {}

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final BlockingQueue<Watcher> watchers = new LinkedBlockingQueue<>();
  private Host left;
  private Host right;

  @BeforeEach
  void start() throws IOException {
    left = open(new Host("left", watchers));
    right = open(new Host("right", watchers));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.add(part);
    return part;
  }

  private FarmClient client(int... ports) {
    return client(QUICK, ports);
  }

  private FarmClient client(Retries retries, int... ports) {
    List<Address> addresses = new ArrayList<>();
    for (int port : ports) {
      addresses.add(new Address("127.0.0.1", port));
    }
    return open(
        new FarmClient(
            Channels.toAny(new Addresses(addresses), Duration.ofSeconds(20), PACE, Pass.NONE),
            retries,
            retries));
  }

  private FarmClient client() {
    return client(left.cable.port(), right.cable.port());
  }

  /** Who answers. */
  private static String ask(FarmClient client) {
    return client.get("s-1").name();
  }

  private static void awaitAnswerOf(FarmClient client, String wanted) {
    while (!ask(client).equals(wanted)) {}
  }

  /** Calls go to each in turn, so three of one name mean that the other one gets none. */
  private static void awaitAnswersOfAlone(FarmClient client, String wanted) {
    for (int inRow = 0; inRow < 4; inRow++) {
      if (!ask(client).equals(wanted)) {
        inRow = -1;
      }
    }
  }

  @Test
  void get_ofTwo_isAnsweredByBoth() {
    FarmClient client = client();

    awaitAnswerOf(client, "left");
    awaitAnswerOf(client, "right");
  }

  @Test
  void get_oneStopped_isAnsweredByTheOther() throws Exception {
    FarmClient client = client();
    awaitAnswerOf(client, "left");

    left.close();

    for (int i = 0; i < 20; i++) {
      assertThat(ask(client)).isEqualTo("right");
    }
  }

  @Test
  void get_oneFrozen_isAnsweredByTheOther() {
    FarmClient client = client();
    awaitAnswerOf(client, "left");

    left.cable.freeze();

    for (int i = 0; i < 20; i++) {
      assertThat(ask(client)).isEqualTo("right");
    }
  }

  @Test
  void get_oneThatNeverAnswered_isAnsweredByTheOther() throws IOException {
    ServerSocket mute = open(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    FarmClient client = client(mute.getLocalPort(), right.cable.port());

    for (int i = 0; i < 20; i++) {
      assertThat(ask(client)).isEqualTo("right");
    }
  }

  @Test
  void get_frozenOneThatComesBack_isAnsweredByItAgain() {
    FarmClient client = client();
    left.cable.freeze();
    awaitAnswersOfAlone(client, "right");

    left.cable.heal();

    awaitAnswerOf(client, "left");
  }

  @Test
  void get_oneOnItsWayOut_isAnsweredByTheOther() {
    FarmClient client = client();
    awaitAnswerOf(client, "left");

    left.health.setStatus("", ServingStatus.NOT_SERVING);
    awaitAnswersOfAlone(client, "right");

    left.health.setStatus("", ServingStatus.SERVING);
    awaitAnswerOf(client, "left");
  }

  @Test
  void get_allGone_isUnavailable() throws Exception {
    FarmClient client = client(Retries.NONE, left.cable.port(), right.cable.port());
    left.close();
    right.close();

    assertThatThrownBy(() -> ask(client))
        .isInstanceOfSatisfying(
            LongtakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  @Test
  void get_unknownNames_isUnavailable() {
    FarmClient client =
        open(
            new FarmClient(
                Channels.toAny(
                    Addresses.parse("no-such.invalid:1,nor-this.invalid:1"),
                    Duration.ofSeconds(20),
                    PACE,
                    Pass.NONE),
                Retries.NONE,
                Retries.NONE));

    assertThatThrownBy(() -> ask(client))
        .isInstanceOfSatisfying(
            LongtakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(e.getMessage()).contains("no-such.invalid", "nor-this.invalid");
            });
  }

  @Test
  void watch_oneStopped_goesOnAtTheOther() throws Exception {
    assertThatWatchGoesOn(Host::close);
  }

  @Test
  void watch_oneFrozen_goesOnAtTheOther() throws Exception {
    assertThatWatchGoesOn(host -> host.cable.freeze());
  }

  private interface Accident {
    void happenTo(Host host) throws Exception;
  }

  private void assertThatWatchGoesOn(Accident accident) throws Exception {
    FarmClient client = client();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var end = CompletableFuture.supplyAsync(() -> client.watch("s-1", status -> {}), threads);
      Watcher first = watchers.take();
      accident.happenTo(first.host());
      Watcher second = watchers.take();
      second.stream().onNext(watched(second.host(), "STORY_STATE_SUCCEEDED"));

      assertThat(end.get().name()).isEqualTo(second.host().name).isNotEqualTo(first.host().name);
      assertThat(end.get().state()).isEqualTo(StoryState.SUCCEEDED);
    }
  }

  private static WatchStoryResponse watched(Host host, String state) {
    return WatchStoryResponse.newBuilder().setStatus(host.status(state)).build();
  }

  /** A server that says its name, behind a cable. */
  private static final class Host extends FarmServiceGrpc.FarmServiceImplBase
      implements AutoCloseable {

    private final String name;
    private final HealthStatusManager health = new HealthStatusManager();
    private final BlockingQueue<Watcher> watchers;
    private final Server server;
    private final Cable cable;

    private Host(String name, BlockingQueue<Watcher> watchers) throws IOException {
      this.name = name;
      this.watchers = watchers;
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .addService(this)
              .addService(health.getHealthService())
              .build()
              .start();
      cable = Cable.to(server.getPort());
    }

    private StoryStatus status(String state) {
      return StoryStatus.newBuilder()
          .setStoryId("s-1")
          .setName(name)
          .setState(dev.longtake.wire.v1.StoryState.valueOf(state))
          .build();
    }

    @Override
    public void getStory(GetStoryRequest request, StreamObserver<GetStoryResponse> responses) {
      responses.onNext(
          GetStoryResponse.newBuilder().setStatus(status("STORY_STATE_RUNNING")).build());
      responses.onCompleted();
    }

    @Override
    public void watchStory(
        WatchStoryRequest request, StreamObserver<WatchStoryResponse> responses) {
      responses.onNext(watched(this, "STORY_STATE_RUNNING"));
      watchers.add(new Watcher(this, responses));
    }

    @Override
    public void close() {
      server.shutdownNow();
      cable.close();
    }
  }
}
