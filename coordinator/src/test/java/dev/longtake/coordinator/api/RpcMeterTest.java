package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.longtake.metrics.Metrics;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RpcMeterTest {

  private static final double ROUNDING = 1e-9;

  private final Metrics metrics = new Metrics();
  private final AtomicLong nanos = new AtomicLong();
  private final HealthStatusManager health = new HealthStatusManager();

  private final CountDownLatch cancelled = new CountDownLatch(1);

  private Server server;
  private ManagedChannel channel;

  /** Knows when the meter has heard that a caller went. */
  private final class Ends implements ServerInterceptor {

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onCancel() {
          super.onCancel();
          cancelled.countDown();
        }
      };
    }
  }

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .intercept(
                new RpcMeter(metrics, () -> nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(20))))
            .intercept(new Ends())
            .addService(health.getHealthService())
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress(server.getListenSockets().getFirst()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void call_thatIsAnswered_isMeasuredOnce() {
    HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());

    assertThat(count("Check", "OK")).isEqualTo(1);
    assertThat(metrics.rpcSeconds.labelValues("Health", "Check", "OK").getSum())
        .isCloseTo(0.02, within(ROUNDING));
    assertThat(open("Check")).isZero();
  }

  @Test
  void call_thatIsRefused_isMeasuredWithItsStatus() {
    HealthCheckRequest unknown = HealthCheckRequest.newBuilder().setService("nobody").build();

    assertThatThrownBy(() -> HealthGrpc.newBlockingStub(channel).check(unknown))
        .isInstanceOf(StatusRuntimeException.class);

    assertThat(count("Check", "NOT_FOUND")).isEqualTo(1);
    assertThat(count("Check", "OK")).isZero();
  }

  @Test
  void stream_isOpenUntilItsCallerGoes_andCountsAsCancelledThen() throws InterruptedException {
    Iterator<HealthCheckResponse> stream =
        HealthGrpc.newBlockingStub(channel).watch(HealthCheckRequest.getDefaultInstance());
    stream.next();

    assertThat(open("Watch")).isEqualTo(1);
    channel.shutdownNow();

    cancelled.await();

    assertThat(open("Watch")).isZero();
    assertThat(count("Watch", Status.Code.CANCELLED.name())).isEqualTo(1);
  }

  private long count(String method, String code) {
    return metrics.rpcSeconds.labelValues("Health", method, code).getCount();
  }

  private double open(String method) {
    return metrics.rpcsOpen.labelValues("Health", method).get();
  }
}
