package dev.longtake.coordinator.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a coordinator answers to health checks while its parts come and go. */
class HealthTest {

  private static final String ALL = "";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
  private final AtomicReference<Optional<String>> journalTrouble =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<String>> artifactTrouble =
      new AtomicReference<>(Optional.empty());
  private final Health.Part journal =
      part("journal", Optional.of(Duration.ofMinutes(2)), journalTrouble);
  private final Health health =
      new Health(List.of(journal, part("artifacts", Optional.empty(), artifactTrouble)), now::get);
  private Server server;
  private ManagedChannel channel;

  private static Health.Part part(
      String name, Optional<Duration> silenceMax, AtomicReference<Optional<String>> trouble) {
    return new Health.Part(
        name,
        silenceMax,
        () ->
            trouble
                .get()
                .ifPresent(
                    why -> {
                      throw new LongtakeException(ErrorCode.UNAVAILABLE, why);
                    }));
  }

  @BeforeEach
  void serve() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(health.service())
            .build()
            .start();
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
    health.close();
  }

  private boolean isServing(String name) {
    return HealthGrpc.newBlockingStub(channel)
            .check(HealthCheckRequest.newBuilder().setService(name).build())
            .getStatus()
        == ServingStatus.SERVING;
  }

  @Test
  void beforeTheStart_itIsAliveAndNotReady() {
    assertThat(isServing(Health.LIVE)).isTrue();
    assertThat(isServing(Health.READY)).isFalse();
    assertThat(isServing(ALL)).isFalse();
    assertThat(health.whyNotLive()).isEmpty();
    assertThat(health.whyNotReady()).contains("starting");
  }

  @Test
  void check_allPartsAnswer_isReady() {
    health.check();

    assertThat(List.of(ALL, Health.LIVE, Health.READY, "journal", "artifacts"))
        .allMatch(this::isServing);
  }

  @Test
  void check_partThatIsAway_isNotReadyUntilItIsBack() {
    artifactTrouble.set(Optional.of("read-only"));
    health.check();

    assertThat(health.whyNotReady()).contains("artifacts: read-only");
    assertThat(health.whyNotLive()).isEmpty();
    assertThat(isServing("artifacts")).isFalse();
    assertThat(isServing(Health.READY)).isFalse();
    assertThat(List.of(ALL, Health.LIVE, "journal")).allMatch(this::isServing);

    artifactTrouble.set(Optional.empty());
    health.check();

    assertThat(isServing(Health.READY)).isTrue();
    assertThat(health.whyNotReady()).isEmpty();
  }

  @Test
  void check_journalAwayForLong_endsTheCoordinator() {
    journalTrouble.set(Optional.of("connection refused"));
    health.check();
    now.set(now.get().plus(Duration.ofMinutes(2)));
    health.check();
    assertThat(health.failure()).isNotDone();

    now.set(now.get().plusSeconds(1));
    health.check();

    assertThat(health.failure().join())
        .hasMessage("journal: expected an answer within 2 min 00 s, found: connection refused")
        .returns(ErrorCode.STORAGE_FAILED, LongtakeException::code);
    assertThat(List.of(ALL, Health.LIVE, Health.READY, "journal")).noneMatch(this::isServing);
  }

  @Test
  void check_artifactsAwayForLong_waitsOn() {
    artifactTrouble.set(Optional.of("read-only"));
    health.check();
    now.set(now.get().plus(Duration.ofDays(3)));
    health.check();

    assertThat(health.failure()).isNotDone();
    assertThat(isServing(Health.LIVE)).isTrue();
  }

  /** H2 opens its file again for the next connection, so it seems to answer. */
  @Test
  void fail_partThatAnswersAgain_staysFailed() {
    health.fail(journal, new LongtakeException(ErrorCode.STORAGE_FAILED, "disk full"));
    health.check();

    assertThat(List.of(ALL, Health.LIVE, Health.READY, "journal")).noneMatch(this::isServing);
    assertThat(health.failure().join()).hasMessage("disk full");
    assertThat(health.whyNotLive()).contains("journal: disk full");
  }
}
