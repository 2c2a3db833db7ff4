package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
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
import dev.longtake.error.ErrorCode;
import dev.longtake.error.LongtakeException;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.security.FarmToken;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import dev.longtake.security.TlsIdentity;
import dev.longtake.security.TokenInfo;
import dev.longtake.story.status.StoryFilter;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.story.status.StorySummary;
import dev.longtake.story.status.TenantScope;
import dev.longtake.testing.TestCertificates;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.v1.AccessServiceGrpc;
import dev.longtake.wire.v1.ArtifactServiceGrpc;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.FleetServiceGrpc;
import dev.longtake.wire.v1.LatentServiceGrpc;
import dev.longtake.wire.v1.LogServiceGrpc;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A farm that two teams share: what one of them has is not there for the other. */
@Timeout(60)
class TenantsTest {

  private static final String RED = "red";
  private static final String BLUE = "blue";

  /** What names something that is a tenant's; the rest of a request names nothing. */
  private static final Set<String> NAMING = Set.of("story_id", "token_id");

  @TempDir static Path temp;
  private static TestCertificates certificates;
  private static Coordinator coordinator;
  private static FarmToken redArtist;
  private static TokenInfo redToken;
  private static final Map<Role, FarmToken> blue = new TreeMap<>();
  private static FarmToken revoked;
  private static StoryStatus redStory;

  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeAll
  static void start() {
    certificates = new TestCertificates(temp.resolve("certs"));
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(temp.resolve("farm"))
                    .with("test", "tls.folder", certificates.of(PeerRole.COORDINATOR))));
    try (AccessClient admin = new AccessClient(open(farmItself()))) {
      AccessClient.Issued issued = admin.create("rosie", Role.ARTIST, RED, Duration.ofDays(1));
      redArtist = issued.token();
      redToken = issued.info();
      for (Role role : Role.values()) {
        blue.put(role, admin.create(role.word(), role, BLUE, Duration.ofDays(1)).token());
      }
      AccessClient.Issued gone = admin.create("gone", Role.ADMIN, RED, Duration.ofDays(1));
      admin.revoke(gone.info().id());
      revoked = gone.token();
    }
    try (FarmClient red = farm(open(client(redArtist)))) {
      redStory = red.submit("r", TestStories.story("secret", 9), TestStories.pictures());
    }
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  @AfterEach
  void hangUp() {
    channels.forEach(Channels::close);
  }

  private static Pass farmItself() {
    return Pass.of(
        TlsIdentity.openForClient(certificates.of(PeerRole.COORDINATOR), InstantSource.system()));
  }

  private static Pass client(FarmToken token) {
    TlsIdentity client =
        TlsIdentity.openForClient(certificates.of(PeerRole.CLIENT), InstantSource.system());
    return new Pass(Optional.of(client), Optional.of(token));
  }

  private static ManagedChannel open(Pass pass) {
    return Channels.open(address(), pass);
  }

  private static Addresses address() {
    return Addresses.of(new Address("127.0.0.1", coordinator.port()));
  }

  private ManagedChannel channel(Pass pass) {
    ManagedChannel channel = open(pass);
    channels.add(channel);
    return channel;
  }

  private static FarmClient farm(ManagedChannel channel) {
    return new FarmClient(channel, Retries.NONE, Retries.NONE);
  }

  private FarmClient blue(Role role) {
    return farm(channel(client(blue.get(role))));
  }

  static Stream<String> calls() {
    return CallRights.table().keySet().stream()
        .filter(call -> call.startsWith("longtake."))
        .sorted();
  }

  private static Descriptor input(String call) {
    int slash = call.indexOf('/');
    for (ServiceDescriptor service :
        List.of(
            FarmServiceGrpc.getServiceDescriptor(),
            FleetServiceGrpc.getServiceDescriptor(),
            AccessServiceGrpc.getServiceDescriptor(),
            WorkerServiceGrpc.getServiceDescriptor(),
            LatentServiceGrpc.getServiceDescriptor(),
            LogServiceGrpc.getServiceDescriptor(),
            ArtifactServiceGrpc.getServiceDescriptor())) {
      if (service.getName().equals(call.substring(0, slash))) {
        var schema = (ProtoServiceDescriptorSupplier) service.getSchemaDescriptor();
        MethodDescriptor method =
            schema.getServiceDescriptor().findMethodByName(call.substring(slash + 1));
        return method.getInputType();
      }
    }
    throw new AssertionError("add the service of " + call);
  }

  private static boolean names(Descriptor input) {
    return input.getFields().stream().map(FieldDescriptor::getName).anyMatch(NAMING::contains);
  }

  /** A request that names this story and this token, wherever it can. */
  private static byte[] naming(Descriptor input, String storyId, String tokenId) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(input);
    for (FieldDescriptor field : input.getFields()) {
      if (NAMING.contains(field.getName())) {
        message.setField(field, field.getName().equals("story_id") ? storyId : tokenId);
      }
    }
    return message.build().toByteArray();
  }

  /** Of the other team's, and of what was never there: told apart by nothing. */
  private static Status answer(ManagedChannel visitor, String call) {
    Descriptor input = input(call);
    Status ofTheirs = Knock.at(visitor, call, naming(input, redStory.storyId(), redToken.id()));
    Status ofNothing = Knock.at(visitor, call, naming(input, "story-999999", "0123456789ab"));
    assertThat(ofTheirs.getCode()).as(call).isEqualTo(ofNothing.getCode());
    assertThat(said(ofTheirs, redStory.storyId(), redToken.id()))
        .as(call)
        .isEqualTo(said(ofNothing, "story-999999", "0123456789ab"));
    return ofTheirs;
  }

  private static String said(Status status, String storyId, String tokenId) {
    return String.valueOf(status.getDescription()).replace(storyId, "ID").replace(tokenId, "ID");
  }

  /** In every role of their own team. */
  @ParameterizedTest
  @MethodSource("calls")
  void call_ofAnotherTenant_isAnsweredAsIfNothingWereThere(String call) {
    Right right = CallRights.of(call).orElseThrow();
    for (Map.Entry<Role, FarmToken> each : blue.entrySet()) {
      Status status = answer(channel(client(each.getValue())), call);

      Status.Code expected =
          switch (right) {
            case Right.Person(Role least, boolean ofAllTenants) ->
                ofAllTenants || !each.getKey().includes(least)
                    ? Status.Code.PERMISSION_DENIED
                    : Status.Code.NOT_FOUND;
            case Right.Worker _ -> Status.Code.PERMISSION_DENIED;
            case Right.Member _ -> Status.Code.OK;
          };
      if (expected != Status.Code.NOT_FOUND || names(input(call))) {
        assertThat(status.getCode()).as("%s by %s", call, each.getKey()).isEqualTo(expected);
      }
    }
  }

  /** No token, one that was taken back, another farm's, a worker's certificate. */
  @ParameterizedTest
  @MethodSource("calls")
  void call_ofSomebodyWhoIsNotLetIn_isRefusedWhateverItNames(String call) {
    boolean isForPeople = CallRights.of(call).orElseThrow() instanceof Right.Person;
    for (Optional<FarmToken> token :
        List.of(
            Optional.<FarmToken>empty(),
            Optional.of(revoked),
            Optional.of(FarmToken.draw(new SecureRandom())))) {
      TlsIdentity client =
          TlsIdentity.openForClient(certificates.of(PeerRole.CLIENT), InstantSource.system());
      Status status = answer(channel(new Pass(Optional.of(client), token)), call);

      assertThat(status.getCode())
          .isEqualTo(isForPeople ? Status.Code.UNAUTHENTICATED : Status.Code.PERMISSION_DENIED);
    }
    if (isForPeople) {
      Pass worker =
          Pass.of(
              TlsIdentity.open(
                  certificates.of(PeerRole.WORKER), PeerRole.WORKER, InstantSource.system()));
      assertThat(answer(channel(worker), call).getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void list_ofAnotherTenant_hasNothingOfTheirs() {
    var ofRed =
        new StoryFilter(Set.of(), "", Optional.empty(), Optional.empty(), new TenantScope(RED));
    try (FarmClient farm = blue(Role.ADMIN)) {
      assertThat(farm.list(StoryFilter.ALL, 10, "").stories())
          .extracting(StorySummary::tenant)
          .doesNotContain(RED);
      assertThat(farm.list(ofRed, 10, "").stories()).isEmpty();
    }
    try (FarmClient farm = farm(channel(client(redArtist)))) {
      assertThat(farm.list(StoryFilter.ALL, 10, "").stories())
          .singleElement()
          .satisfies(
              story -> {
                assertThat(story.storyId()).isEqualTo(redStory.storyId());
                assertThat(story.submission().owner().name()).isEqualTo("rosie");
              });
    }
    try (FarmClient farm = farm(channel(farmItself()))) {
      assertThat(farm.list(ofRed, 10, "").stories()).hasSize(1);
      assertThat(farm.get(redStory.storyId()).tenant()).isEqualTo(RED);
    }
  }

  /** The command line makes request ids of what is submitted: two teams may have the same. */
  @Test
  void submit_whatAnotherTenantHasSubmitted_isAStoryOfItsOwn() {
    try (FarmClient farm = blue(Role.ARTIST)) {
      StoryStatus story = farm.submit("r", TestStories.story("secret", 9), TestStories.pictures());

      assertThat(story.storyId()).isNotEqualTo(redStory.storyId());
      assertThat(story.tenant()).isEqualTo(BLUE);
      assertThat(farm.cancel(story.storyId()).state()).isEqualTo(StoryState.CANCELLED);
    }
  }

  @Test
  void submit_forAnotherTenant_isRefused() {
    try (FarmClient farm = blue(Role.ADMIN)) {
      LongtakeException refusal =
          catchThrowableOfType(
              LongtakeException.class,
              () -> farm.submit("x", TestStories.story("s", 9), TestStories.pictures(), RED));

      assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
      assertThat(refusal).hasMessageContaining("tenant: expected your own, blue, or none");
    }
  }

  /** To know a digest is not a right to use what is under it. */
  @Test
  void submit_pictureOfAnotherTenantByItsDigest_isAnsweredAsIfItWereNotThere() {
    try (FarmClient farm = farm(channel(client(redArtist)))) {
      StoryStatus again = farm.submit("again", TestStories.story("secret", 9), Map.of());
      assertThat(again.tenant()).isEqualTo(RED);
    }
    FarmToken green;
    try (AccessClient admin = new AccessClient(channel(farmItself()))) {
      green = admin.create("leo", Role.ARTIST, "green", Duration.ofDays(1)).token();
    }
    try (FarmClient farm = farm(channel(client(green)))) {
      LongtakeException refusal =
          catchThrowableOfType(
              LongtakeException.class,
              () -> farm.submit("y", TestStories.story("secret", 9), Map.of()));

      assertThat(refusal.code()).isEqualTo(ErrorCode.PICTURE_INVALID);
      assertThat(refusal).hasMessageContaining("expected its content with digest");
      assertThat(refusal).hasMessageEndingWith("found none");
    }
  }

  /** Who runs the farm has to do with all of it; nobody else has who is not said to. */
  @Test
  void tokens_ofAnAdminOfAll_areOfOneTenantBelowOperators() {
    try (var admin = new AccessClient(channel(farmItself()))) {
      for (Role role : Role.values()) {
        assertThat(admin.create("new", role, Duration.ofDays(1)).info().scope())
            .as(role.word())
            .isEqualTo(role.includes(Role.OPERATOR) ? TenantScope.ALL : new TenantScope("default"));
      }
      assertThat(admin.create("new", Role.ARTIST, "*", Duration.ofDays(1)).info().scope())
          .isEqualTo(TenantScope.ALL);
    }
  }

  /** The farm writes down which stories a worker failed, whosever they are. */
  @Test
  void workers_whyOneIsInQuarantine_isToldToThoseOfAllTenantsAlone() {
    String reason = "3 failures, the last: " + redStory.storyId();
    try (var farm = FleetClient.connect(address(), farmItself());
        var other = FleetClient.connect(address(), client(blue.get(Role.ADMIN)))) {
      farm.quarantine("gpu-3", reason, Optional.empty());

      assertThat(farm.workers()).extracting(TenantsTest::reason).containsExactly(reason);
      assertThat(other.workers())
          .extracting(TenantsTest::reason)
          .containsExactly("not told: it may name others' work");
    }
  }

  private static String reason(WorkerStatus worker) {
    return worker.mark().orElseThrow().reason();
  }

  @Test
  void tokens_ofAnAdminOfATenant_areThoseOfThatTenant() {
    try (var admin = new AccessClient(channel(client(blue.get(Role.ADMIN))))) {
      assertThat(admin.list()).extracting(TokenInfo::scope).containsOnly(new TenantScope(BLUE));

      AccessClient.Issued issued = admin.create("new", Role.ADMIN, Duration.ofDays(1));
      assertThat(issued.info().scope()).isEqualTo(new TenantScope(BLUE));
      for (String other : List.of(RED, "*")) {
        LongtakeException refusal =
            catchThrowableOfType(
                LongtakeException.class,
                () -> admin.create("new", Role.VIEWER, other, Duration.ofDays(1)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
      }
    }
  }
}
