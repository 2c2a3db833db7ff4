package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.Pass;
import dev.longtake.coordinator.LogLines;
import dev.longtake.error.ErrorCode;
import dev.longtake.metrics.Metrics;
import dev.longtake.security.LiveKeys;
import dev.longtake.security.LiveTrust;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Pem;
import dev.longtake.security.TlsFolder;
import dev.longtake.security.TlsIdentity;
import dev.longtake.security.issue.Authority;
import dev.longtake.testing.TestCertificates;
import dev.longtake.wire.GrpcErrors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that change while connections are open. */
@Timeout(60)
class DoorkeeperTest {

  private static final String CALL = "grpc.health.v1.Health/Check";

  @TempDir private Path temp;
  private TestCertificates farm;
  private volatile Instant now = InstantSource.system().instant();
  private final Metrics metrics = new Metrics();
  private Doorkeeper keeper;
  private volatile boolean isFailing;
  private Server server;
  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    farm = new TestCertificates(temp.resolve("farm"));
    TlsIdentity identity = identity(farm.of(PeerRole.COORDINATOR), PeerRole.COORDINATOR);
    keeper =
        Doorkeeper.start(
            identity,
            token -> {
              throw new AssertionError("there are none");
            },
            Optional.empty(),
            metrics);
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TlsServerCredentials.newBuilder()
                    .keyManager(new LiveKeys(identity))
                    .trustManager(new LiveTrust(identity))
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build())
            .intercept(failing())
            .intercept(keeper)
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
  }

  @AfterEach
  void end() {
    channels.forEach(Channels::close);
    server.shutdownNow();
    keeper.close();
  }

  /** In place of a service that does so. */
  private ServerInterceptor failing() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (isFailing) {
          throw new IllegalStateException("at the start");
        }
        return next.startCall(call, headers);
      }
    };
  }

  private TlsIdentity identity(Path folder, PeerRole role) {
    return TlsIdentity.open(folder, role, () -> now);
  }

  private ManagedChannel channel(TlsIdentity identity) {
    ManagedChannel channel =
        Channels.open(Addresses.of(new Address("127.0.0.1", server.getPort())), Pass.of(identity));
    channels.add(channel);
    return channel;
  }

  private void revoke(X509Certificate certificate) throws IOException {
    Files.writeString(
        farm.of(PeerRole.COORDINATOR).resolve(TlsFolder.REVOKED),
        certificate.getSerialNumber().toString(16) + "\n");
    later();
  }

  private void later() {
    now = now.plus(TlsIdentity.LOOK_AGAIN);
  }

  @Test
  void call_onAConnectionFromBeforeItWasRevoked_isRefused() throws Exception {
    var worker = farm.add(PeerRole.WORKER, "gpu-7");
    ManagedChannel open = channel(identity(worker.folder(), PeerRole.WORKER));
    ManagedChannel other = channel(identity(farm.of(PeerRole.WORKER), PeerRole.WORKER));
    assertThat(Knock.at(open, CALL)).isEqualTo(Status.OK);

    revoke(worker.certificate());

    assertThat(Knock.at(open, CALL).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(Knock.at(other, CALL)).isEqualTo(Status.OK);
    assertThat(Knock.at(channel(identity(worker.folder(), PeerRole.WORKER)), CALL).getCode())
        .as("nor is a new one made")
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void stream_ofOneThatIsRevoked_isEnded() throws Exception {
    var worker = farm.add(PeerRole.WORKER, "gpu-7");
    var first = new CompletableFuture<HealthCheckResponse>();
    var end = new CompletableFuture<Status>();
    HealthGrpc.newStub(channel(identity(worker.folder(), PeerRole.WORKER)))
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                first.complete(response);
              }

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
    first.join();
    keeper.lookAgain();
    assertThat(end).isNotDone();

    revoke(worker.certificate());
    keeper.lookAgain();

    assertThat(end.join().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(end.join().getDescription()).contains("gpu-7").contains("was revoked");
  }

  /** It was never told that the call ended, and would keep and look at it for ever. */
  @Test
  void stream_whoseServiceFailsAtOnce_isNotKept() throws Exception {
    var worker = farm.add(PeerRole.WORKER, "gpu-7");
    TlsIdentity identity = identity(worker.folder(), PeerRole.WORKER);
    isFailing = true;
    assertThat(Knock.at(channel(identity), "grpc.health.v1.Health/Watch").isOk()).isFalse();

    revoke(worker.certificate());
    keeper.lookAgain();

    String kind = ErrorCode.UNAUTHENTICATED.kind().label();
    assertThat(metrics.errors.labelValues(kind).get()).as("calls that were looked at").isZero();
  }

  /** A mistake that is left alone is not lost among a day's lines. */
  @Test
  void identity_thatCannotBeReadAgain_isSaidNowAndThen() throws Exception {
    TlsIdentity identity = identity(farm.of(PeerRole.WORKER), PeerRole.WORKER);
    Files.writeString(farm.of(PeerRole.WORKER).resolve(TlsFolder.REVOKED), "that one\n");
    try (var log = new LogLines()) {
      for (int i = 0; i < 100; i++) {
        later();
        identity.current();
      }
      assertThat(log.texts().stream().filter(it -> it.contains("certificates stay as they were")))
          .as("at once, and after one, two and four minutes of eight")
          .hasSize(4);
    }
  }

  /** Or one coordinator's key, or any name that leads elsewhere, would do for all. */
  @Test
  void connection_underAnotherName_isNotMade() throws Exception {
    Path authority = temp.resolve("farm/authority");
    X509Certificate certificate =
        Pem.certificates("authority", Files.readAllBytes(authority.resolve("certificate.pem")))
            .getFirst();
    PrivateKey key =
        Pem.key(
            "authority",
            Files.readAllBytes(authority.resolve("key.pem")),
            certificate.getPublicKey());
    var elsewhere =
        new Authority(certificate, key, new SecureRandom())
            .issue(
                new Authority.Holder(PeerRole.COORDINATOR, "elsewhere", List.of("other.example")),
                now,
                Duration.ofDays(30));
    Path folder = farm.of(PeerRole.COORDINATOR);
    Files.writeString(folder.resolve(TlsFolder.CERTIFICATE), elsewhere.certificatePem());
    Files.writeString(folder.resolve(TlsFolder.KEY), elsewhere.keyPem());
    later();

    Status answer = Knock.at(channel(identity(farm.of(PeerRole.CLIENT), PeerRole.CLIENT)), CALL);

    assertThat(GrpcErrors.fromThrowable(answer.asException()))
        .hasMessageContaining(
            "expected a certificate with the name that the coordinator was called by, found")
        .hasMessageContaining("CN=elsewhere");
  }

  /** Widen what both sides believe, change who they are, narrow it again: no call fails. */
  @Test
  void authority_changedStepByStep_failsNoCall() throws Exception {
    var next = new TestCertificates(temp.resolve("next"));
    Path serverFolder = farm.of(PeerRole.COORDINATOR);
    Path clientFolder = farm.of(PeerRole.CLIENT);
    TlsIdentity client = identity(clientFolder, PeerRole.CLIENT);
    ManagedChannel open = channel(client);
    expectWell(open, client);

    for (Path folder : List.of(serverFolder, clientFolder)) {
      Files.writeString(
          folder.resolve(TlsFolder.AUTHORITY),
          Files.readString(folder.resolve(TlsFolder.AUTHORITY))
              + Files.readString(next.of(PeerRole.CLIENT).resolve(TlsFolder.AUTHORITY)));
    }
    later();
    expectWell(open, client);
    String[] own = {TlsFolder.CERTIFICATE, TlsFolder.KEY};
    TestCertificates.replace(serverFolder, next.of(PeerRole.COORDINATOR), own);
    later();
    expectWell(open, client);
    TestCertificates.replace(clientFolder, next.of(PeerRole.CLIENT), own);
    later();
    expectWell(channel(client), client);
    for (Path folder : List.of(serverFolder, clientFolder)) {
      TestCertificates.replace(folder, next.of(PeerRole.CLIENT), TlsFolder.AUTHORITY);
    }
    later();

    expectWell(channel(client), client);
    assertThat(Knock.at(open, CALL).getCode())
        .as("with the certificate of before on a connection of before")
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  private void expectWell(ManagedChannel open, TlsIdentity client) {
    assertThat(Knock.at(open, CALL)).isEqualTo(Status.OK);
    assertThat(Knock.at(channel(client), CALL)).as("on a new connection").isEqualTo(Status.OK);
  }
}
