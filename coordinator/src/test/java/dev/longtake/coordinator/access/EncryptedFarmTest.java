package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsIdentity;
import dev.longtake.testing.TestCertificates;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A coordinator that speaks TLS, and those who come to its door. */
@Timeout(60)
class EncryptedFarmTest {

  @TempDir static Path temp;
  private static TestCertificates certificates;
  private static Coordinator coordinator;

  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeAll
  static void start() {
    certificates = new TestCertificates(temp.resolve("certs"));
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(temp.resolve("farm"))
                    .with("test", "tls.folder", certificates.of(PeerRole.COORDINATOR))));
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  @AfterEach
  void hangUp() {
    channels.forEach(Channels::close);
  }

  private ManagedChannel channel(String host, Optional<TlsIdentity> identity) {
    ManagedChannel channel =
        Channels.open(Addresses.of(new Address(host, coordinator.port())), identity);
    channels.add(channel);
    return channel;
  }

  private ManagedChannel channel(Path folder, PeerRole role) {
    return channel(
        "127.0.0.1", Optional.of(TlsIdentity.open(folder, role, InstantSource.system())));
  }

  private static void list(ManagedChannel channel) {
    try (var client = new FarmClient(channel, Retries.NONE, Retries.NONE)) {
      client.list(dev.longtake.story.status.StoryFilter.ALL, 1, "");
    }
  }

  @Test
  void table_ofCalls_hasEveryCallThatIsServed() throws Exception {
    ManagedChannel channel = channel(certificates.of(PeerRole.CLIENT), PeerRole.CLIENT);
    ServerReflectionResponse services =
        ask(channel, ServerReflectionRequest.newBuilder().setListServices("").build());
    Set<String> served = new TreeSet<>();
    for (var service : services.getListServicesResponse().getServiceList()) {
      served.addAll(calls(channel, service.getName()));
    }

    assertThat(new TreeSet<>(CallRights.table().keySet()))
        .as("what each call needs stands in CallRights; take out what is served no more")
        .isEqualTo(served);
  }

  private static Set<String> calls(ManagedChannel channel, String service) throws Exception {
    ServerReflectionResponse files =
        ask(channel, ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build());
    Set<String> calls = new TreeSet<>();
    for (var bytes : files.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      calls.addAll(calls(FileDescriptorProto.parseFrom(bytes), service));
    }
    assertThat(calls).as(service).isNotEmpty();
    return calls;
  }

  private static Set<String> calls(FileDescriptorProto file, String service)
      throws InvalidProtocolBufferException {
    Set<String> calls = new TreeSet<>();
    for (var found : file.getServiceList()) {
      if (service.equals(file.getPackage() + "." + found.getName())) {
        found.getMethodList().forEach(method -> calls.add(service + "/" + method.getName()));
      }
    }
    return calls;
  }

  private static ServerReflectionResponse ask(
      ManagedChannel channel, ServerReflectionRequest question) {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var questions =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<ServerReflectionResponse>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    questions.onNext(question);
    ServerReflectionResponse response = answer.join();
    questions.onCompleted();
    return response;
  }

  /** With each kind of certificate each call. */
  @ParameterizedTest
  @EnumSource(PeerRole.class)
  void call_ofAnybody_isForThoseWhoseItIs(PeerRole role) {
    ManagedChannel channel = channel(certificates.of(role), role);

    CallRights.table()
        .forEach(
            (call, callers) ->
                assertThat(Knock.at(channel, call).getCode() == Status.Code.PERMISSION_DENIED)
                    .as("%s refused to a %s", call, role.label())
                    .isEqualTo(!callers.include(role)));
  }

  @Test
  void connection_ofAnotherFarm_isRefusedBySides() {
    var other = new TestCertificates(temp.resolve("other"));

    assertThatThrownBy(() -> list(channel(other.of(PeerRole.CLIENT), PeerRole.CLIENT)))
        .hasMessageContaining("expected a certificate of the farm's authority, found that")
        .hasMessageContaining("CN=coordinator");

    TestCertificates.replace(
        other.of(PeerRole.CLIENT), certificates.of(PeerRole.CLIENT), "authority.pem");
    Path half = other.add(PeerRole.CLIENT, "half").folder();
    // It believes this farm, and is not believed by it.
    assertThatThrownBy(
            () -> {
              java.nio.file.Files.write(
                  half.resolve("authority.pem"),
                  java.nio.file.Files.readAllBytes(
                      certificates.of(PeerRole.CLIENT).resolve("authority.pem")),
                  java.nio.file.StandardOpenOption.APPEND);
              list(channel(half, PeerRole.CLIENT));
            })
        .hasMessageContaining("expected the other side to take this certificate");
  }

  @Test
  void connection_inPlaintext_saysWhatToDo() {
    assertThatThrownBy(() -> list(channel("127.0.0.1", Optional.empty())))
        .hasMessageContaining("it may speak TLS (--tls FOLDER)");
  }

  @Test
  void connection_encryptedToAPlainCoordinator_saysWhatToDo() {
    TlsIdentity client =
        TlsIdentity.open(certificates.of(PeerRole.CLIENT), PeerRole.CLIENT, InstantSource.system());
    try (Coordinator plain =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(TestConfig.in(temp.resolve("plain"))))) {
      ManagedChannel channel =
          Channels.open(Addresses.of(new Address("127.0.0.1", plain.port())), Optional.of(client));
      channels.add(channel);

      assertThatThrownBy(() -> list(channel)).hasMessageContaining("leave --tls away");
    }
  }
}
