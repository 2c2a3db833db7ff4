package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.longtake.client.AccessClient;
import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.FleetClient;
import dev.longtake.client.Pass;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.database.Database;
import dev.longtake.coordinator.journal.Journal;
import dev.longtake.error.LongtakeException;
import dev.longtake.security.FarmToken;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import dev.longtake.security.TlsIdentity;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestCertificates;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A coordinator that speaks TLS, and those who come to its door. */
@Timeout(60)
class EncryptedFarmTest {

  @TempDir static Path temp;
  private static TestCertificates certificates;
  private static Coordinator coordinator;
  private static final Map<Role, FarmToken> tokens = new EnumMap<>(Role.class);
  private static FarmToken revoked;
  private static FarmToken ended;

  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeAll
  static void start() {
    certificates = new TestCertificates(temp.resolve("certs"));
    ended = ended(temp.resolve("farm"));
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(temp.resolve("farm"))
                    .with("test", "tls.folder", certificates.of(PeerRole.COORDINATOR))));
    try (AccessClient admin = new AccessClient(admin())) {
      for (Role role : Role.values()) {
        tokens.put(role, admin.create(role.word() + "@studio", role, Duration.ofDays(1)).token());
      }
      AccessClient.Issued issued = admin.create("gone@studio", Role.ADMIN, Duration.ofDays(1));
      admin.revoke(issued.info().id());
      revoked = issued.token();
    }
  }

  /** Issued two days ago for one: nobody can ask a coordinator for such a one. */
  private static FarmToken ended(Path farm) {
    FarmToken token = FarmToken.draw(new SecureRandom());
    Instant before = InstantSource.system().instant().minus(Duration.ofDays(2));
    try (Database database = Journal.open(farm.resolve("journal"), false);
        Tokens issuer = Tokens.open(database, () -> before)) {
      issuer.create(token, "late@studio", Role.ADMIN, TenantScope.ALL, "test", Duration.ofDays(1));
    }
    return token;
  }

  private static ManagedChannel admin() {
    return Channels.open(
        Addresses.of(new Address("127.0.0.1", coordinator.port())),
        Pass.of(
            TlsIdentity.openForClient(
                certificates.of(PeerRole.COORDINATOR), InstantSource.system())));
  }

  private ManagedChannel channel(FarmToken token) {
    TlsIdentity client =
        TlsIdentity.openForClient(certificates.of(PeerRole.CLIENT), InstantSource.system());
    return channel(new Pass(Optional.of(client), Optional.of(token)));
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  @AfterEach
  void hangUp() {
    channels.forEach(Channels::close);
  }

  private ManagedChannel channel(Pass pass) {
    ManagedChannel channel =
        Channels.open(Addresses.of(new Address("127.0.0.1", coordinator.port())), pass);
    channels.add(channel);
    return channel;
  }

  private ManagedChannel channel(Path folder, PeerRole role) {
    return channel(Pass.of(TlsIdentity.open(folder, role, InstantSource.system())));
  }

  private static void list(ManagedChannel channel) {
    try (var client = new FarmClient(channel, Retries.NONE, Retries.NONE)) {
      client.list(dev.longtake.story.status.StoryFilter.ALL, 1, "");
    }
  }

  @Test
  void table_ofCalls_hasEveryCallThatIsServed() throws Exception {
    ManagedChannel channel = channel(tokens.get(Role.VIEWER));
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

  private static Status.Code knock(ManagedChannel channel, String call) {
    return Knock.at(channel, call).getCode();
  }

  private static void expectLetIn(ManagedChannel channel, String call) {
    assertThat(knock(channel, call))
        .as(call)
        .isNotIn(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
  }

  /** What they are answered is the same whatever they name: it is not looked at. */
  static Stream<String> calls() {
    return CallRights.table().keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void call_ofTheWrongProgram_isDenied(String call) {
    Right right = CallRights.of(call).orElseThrow();
    for (PeerRole kind : PeerRole.values()) {
      if (!right.isOpenTo(kind)) {
        assertThat(knock(channel(certificates.of(kind), kind), call))
            .as(kind.label())
            .isEqualTo(Status.Code.PERMISSION_DENIED);
      }
    }
  }

  /** No token, one that ended, one that was taken back, another farm's. */
  @ParameterizedTest
  @MethodSource("calls")
  void call_withoutATokenThatCounts_isRefused(String call) {
    List<ManagedChannel> visitors =
        List.of(
            channel(certificates.of(PeerRole.CLIENT), PeerRole.CLIENT),
            channel(ended),
            channel(revoked),
            channel(FarmToken.draw(new SecureRandom())));
    for (ManagedChannel visitor : visitors) {
      switch (CallRights.of(call).orElseThrow()) {
        case Right.Person _ ->
            assertThat(knock(visitor, call)).isEqualTo(Status.Code.UNAUTHENTICATED);
        case Right.Worker _ ->
            assertThat(knock(visitor, call)).isEqualTo(Status.Code.PERMISSION_DENIED);
        case Right.Member _ -> expectLetIn(visitor, call);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void call_ofARole_isForItAndThoseAbove(String call) {
    if (CallRights.of(call).orElseThrow() instanceof Right.Person person) {
      tokens.forEach(
          (role, token) -> {
            if (role.includes(person.least())) {
              expectLetIn(channel(token), call);
            } else {
              assertThat(knock(channel(token), call))
                  .as(role.word())
                  .isEqualTo(Status.Code.PERMISSION_DENIED);
            }
          });
    } else {
      PeerRole kind = PeerRole.WORKER;
      expectLetIn(channel(certificates.of(kind), kind), call);
    }
  }

  @Test
  void change_ofSomebody_isWrittenDownWithWhoAndWhatCameOfIt() {
    try (var artist = new FarmClient(channel(tokens.get(Role.ARTIST)), Retries.NONE, Retries.NONE);
        var operator = new AccessClient(channel(tokens.get(Role.OPERATOR)))) {
      assertThatThrownBy(() -> artist.cancel("no-such-story"))
          .isInstanceOf(LongtakeException.class);

      assertThat(operator.audit().stream().filter(it -> it.subject().equals("no-such-story")))
          .singleElement()
          .satisfies(
              change -> {
                assertThat(change.action()).isEqualTo("cancel");
                assertThat(change.from())
                    .startsWith(
                        "artist@studio (token " + tokens.get(Role.ARTIST).id() + ") at 127.");
                assertThat(change.outcome()).contains("story");
              });
    }
  }

  @Test
  void release_ofSomebody_isWrittenDownWithWho() {
    var client =
        new Pass(
            Optional.of(
                TlsIdentity.openForClient(
                    certificates.of(PeerRole.CLIENT), InstantSource.system())),
            Optional.of(tokens.get(Role.OPERATOR)));
    try (FleetClient fleet =
            FleetClient.connect(
                Addresses.of(new Address("127.0.0.1", coordinator.port())), client);
        var operator = new AccessClient(channel(tokens.get(Role.OPERATOR)))) {
      assertThatThrownBy(() -> fleet.release("no-such-worker", "fans"))
          .isInstanceOf(LongtakeException.class);

      assertThat(operator.audit().stream().filter(it -> it.subject().equals("no-such-worker")))
          .singleElement()
          .satisfies(change -> assertThat(change.from()).startsWith("operator@studio (token "));
    }
  }

  @Test
  void token_ofTheRoleBelow_saysWhichIsNeeded() {
    assertThat(
            Knock.at(channel(tokens.get(Role.VIEWER)), "longtake.v1.FarmService/CancelStory")
                .getDescription())
        .contains("expected the role artist, found that viewer@studio (token ")
        .endsWith("has viewer");
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
    assertThatThrownBy(() -> list(channel(Pass.NONE)))
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
          Channels.open(Addresses.of(new Address("127.0.0.1", plain.port())), Pass.of(client));
      channels.add(channel);

      assertThatThrownBy(() -> list(channel)).hasMessageContaining("leave --tls away");
    }
  }
}
