package dev.longtake.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.security.Role;
import dev.longtake.wire.v1.AccessServiceGrpc;
import dev.longtake.wire.v1.CreateTokenRequest;
import dev.longtake.wire.v1.CreateTokenResponse;
import dev.longtake.wire.v1.FleetServiceGrpc;
import dev.longtake.wire.v1.ListWorkersRequest;
import dev.longtake.wire.v1.ListWorkersResponse;
import dev.longtake.wire.v1.ReleaseWorkerRequest;
import dev.longtake.wire.v1.ReleaseWorkerResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is tried again where one of two coordinators did something and its answer was lost. */
@Timeout(60)
class CallPolicyTest {

  private final AtomicInteger calls = new AtomicInteger();
  private final List<Server> servers = new ArrayList<>();
  private ManagedChannel channel;

  @BeforeEach
  void serve() throws IOException {
    for (int i = 0; i < 2; i++) {
      servers.add(
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(new Access())
              .addService(new Fleet())
              .addService(new HealthStatusManager().getHealthService())
              .build()
              .start());
    }
    channel =
        Channels.open(
            new Addresses(
                servers.stream().map(it -> new Address("127.0.0.1", it.getPort())).toList()),
            Pass.NONE);
  }

  @AfterEach
  void stop() {
    Channels.close(channel);
    servers.forEach(Server::shutdownNow);
  }

  @Test
  void createToken_noAnswer_isMadeOnce() {
    var client = new AccessClient(channel);

    assertThatThrownBy(() -> client.create("rosie", Role.ARTIST, Duration.ofDays(1)))
        .hasMessageContaining("lost");

    assertThat(calls).hasValue(1);
  }

  @Test
  void releaseWorker_noAnswer_isMadeOnce() {
    var stub = FleetServiceGrpc.newBlockingV2Stub(channel);

    assertThatThrownBy(() -> stub.releaseWorker(ReleaseWorkerRequest.getDefaultInstance()))
        .hasMessageContaining("lost");

    assertThat(calls).hasValue(1);
  }

  @Test
  void listWorkers_noAnswer_isTriedAgain() {
    var stub = FleetServiceGrpc.newBlockingV2Stub(channel);

    assertThatThrownBy(() -> stub.listWorkers(ListWorkersRequest.getDefaultInstance()))
        .hasMessageContaining("lost");

    assertThat(calls.get()).isGreaterThan(1);
  }

  private StatusRuntimeException lost() {
    calls.incrementAndGet();
    return Status.UNAVAILABLE.withDescription("lost").asRuntimeException();
  }

  private final class Access extends AccessServiceGrpc.AccessServiceImplBase {

    @Override
    public void createToken(
        CreateTokenRequest request, StreamObserver<CreateTokenResponse> responses) {
      responses.onError(lost());
    }
  }

  private final class Fleet extends FleetServiceGrpc.FleetServiceImplBase {

    @Override
    public void releaseWorker(
        ReleaseWorkerRequest request, StreamObserver<ReleaseWorkerResponse> responses) {
      responses.onError(lost());
    }

    @Override
    public void listWorkers(
        ListWorkersRequest request, StreamObserver<ListWorkersResponse> responses) {
      responses.onError(lost());
    }
  }
}
