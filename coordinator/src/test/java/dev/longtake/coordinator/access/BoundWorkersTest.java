package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.longtake.client.AccessClient;
import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.ArtifactClient;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.FleetClient;
import dev.longtake.client.Pass;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.api.FakeWorker;
import dev.longtake.digest.Digest;
import dev.longtake.lease.LeaseToken;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work;
import dev.longtake.lease.WorkerStatus;
import dev.longtake.security.FarmToken;
import dev.longtake.security.PeerRole;
import dev.longtake.security.Role;
import dev.longtake.security.TlsIdentity;
import dev.longtake.story.status.Reason;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestCertificates;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.v1.AppendLinesRequest;
import dev.longtake.wire.v1.GetArtifactRequest;
import dev.longtake.wire.v1.GetCheckpointRequest;
import dev.longtake.wire.v1.GetSlabRequest;
import dev.longtake.wire.v1.PutArtifactRequest;
import dev.longtake.wire.v1.PutCheckpointRequest;
import dev.longtake.wire.v1.PutSlabRequest;
import dev.longtake.wire.v1.SynchronizeRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two teams, each with a worker that its certificate binds to it. */
@Timeout(60)
class BoundWorkersTest {

  private static final String RED = "red";
  private static final String BLUE = "blue";

  /** What a worker may send, by the call. */
  private static final Map<String, Message> REQUESTS =
      Map.of(
          "longtake.v1.LogService/AppendLines", AppendLinesRequest.getDefaultInstance(),
          "longtake.v1.WorkerService/Synchronize", SynchronizeRequest.getDefaultInstance(),
          "longtake.v1.LatentService/PutSlab", PutSlabRequest.getDefaultInstance(),
          "longtake.v1.LatentService/GetSlab", GetSlabRequest.getDefaultInstance(),
          "longtake.v1.LatentService/PutCheckpoint", PutCheckpointRequest.getDefaultInstance(),
          "longtake.v1.LatentService/GetCheckpoint", GetCheckpointRequest.getDefaultInstance(),
          "longtake.v1.ArtifactService/PutArtifact", PutArtifactRequest.getDefaultInstance(),
          "longtake.v1.ArtifactService/GetArtifact", GetArtifactRequest.getDefaultInstance());

  @TempDir static Path temp;
  private static TestCertificates certificates;
  private static Coordinator coordinator;
  private static FarmToken red;
  private static FarmToken blue;

  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void start() {
    certificates = new TestCertificates(temp.resolve("certs"));
    certificates.addWorkerOf(RED, "red-1");
    certificates.addWorkerOf(BLUE, "blue-1");
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(temp.resolve("farm"))
                    .with("test", "tls.folder", certificates.of(PeerRole.COORDINATOR))));
    try (AccessClient admin = new AccessClient(Channels.open(address(), farmItself()))) {
      red = admin.create("rosie", Role.ARTIST, RED, Duration.ofDays(1)).token();
      blue = admin.create("bill", Role.ARTIST, BLUE, Duration.ofDays(1)).token();
    }
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  @AfterEach
  void hangUp() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private static Addresses address() {
    return Addresses.of(new Address("127.0.0.1", coordinator.port()));
  }

  private static Pass farmItself() {
    return Pass.of(
        TlsIdentity.openForClient(certificates.of(PeerRole.COORDINATOR), InstantSource.system()));
  }

  private static Pass person(FarmToken token) {
    TlsIdentity client =
        TlsIdentity.openForClient(certificates.of(PeerRole.CLIENT), InstantSource.system());
    return new Pass(Optional.of(client), Optional.of(token));
  }

  private ManagedChannel channelOf(String folder) {
    Pass pass =
        Pass.of(
            TlsIdentity.open(
                temp.resolve("certs").resolve(folder), PeerRole.WORKER, InstantSource.system()));
    ManagedChannel channel = Channels.open(address(), pass);
    open.add(() -> Channels.close(channel));
    return channel;
  }

  private FakeWorker worker(String folder, String id) {
    FakeWorker worker = FakeWorker.start(channelOf(folder), id);
    open.add(worker);
    return worker;
  }

  private FarmClient farm(FarmToken token) {
    FarmClient farm =
        new FarmClient(Channels.open(address(), person(token)), Retries.NONE, Retries.NONE);
    open.add(farm);
    return farm;
  }

  private static StoryStatus submit(FarmClient farm, String name, int frames) {
    return farm.submit(name, TestStories.story("film", frames), TestStories.pictures());
  }

  /** The digests of what is seen; other files name the story. */
  private static List<String> clips(StoryStatus story) {
    return story.film().files().stream()
        .filter(file -> file.name().endsWith(".mp4"))
        .map(file -> file.name() + " " + file.digest())
        .toList();
  }

  private static List<String> ids(FleetClient fleet) {
    return fleet.workers().stream().map(WorkerStatus::workerId).toList();
  }

  @Test
  void films_ofTwoTenants_areMadeEachByItsOwnWorker() {
    FakeWorker ofRed = worker("red-1", "gpu-red");
    FakeWorker ofBlue = worker("blue-1", "gpu-blue");
    FarmClient redFarm = farm(red);
    FarmClient blueFarm = farm(blue);
    StoryStatus redStory = submit(redFarm, "same", 9);
    StoryStatus blueStory = submit(blueFarm, "same", 9);

    StoryStatus redFilm = redFarm.watch(redStory.storyId(), status -> {});
    StoryStatus blueFilm = blueFarm.watch(blueStory.storyId(), status -> {});

    assertThat(clips(redFilm)).isNotEmpty().isEqualTo(clips(blueFilm));
    assertThat(ofRed.orders)
        .isNotEmpty()
        .allMatch(order -> order.lease().storyId().equals(redStory.storyId()));
    assertThat(ofBlue.orders)
        .isNotEmpty()
        .allMatch(order -> order.lease().storyId().equals(blueStory.storyId()));
  }

  /** To know a digest is not a right to read what is under it. */
  @ParameterizedTest
  @EnumSource(LeaseToken.Kind.class)
  void artifact_thatAnotherTenantsWorkNeeds_isNotThere(LeaseToken.Kind kind) throws Exception {
    FakeWorker ofRed =
        FakeWorker.start(channelOf("red-1"), "gpu-red", order -> order.lease().kind() == kind);
    open.add(ofRed);
    FarmClient farm = farm(red);
    StoryStatus story = submit(farm, "inputs-" + kind, kind == LeaseToken.Kind.CHUNK ? 17 : 21);
    Order order = ofRed.orders.take();
    while (order.lease().kind() != kind) {
      order = ofRed.orders.take();
    }
    Digest digest =
        switch (order.work()) {
          case Work.DenoiseChunk chunk -> chunk.shot().prompt().references().getFirst().digest();
          case Work.DecodeSegment segment -> segment.latentsDigest();
        };

    assertThat(new ArtifactClient(channelOf("red-1"), Retries.NONE).get(digest)).isNotEmpty();
    assertThat(new ArtifactClient(channelOf("worker"), Retries.NONE).get(digest)).isNotEmpty();
    var stranger = new ArtifactClient(channelOf("blue-1"), Retries.NONE);
    assertThatThrownBy(() -> stranger.get(digest))
        .hasMessageContaining("artifact: expected %s to be there".formatted(digest));
    ofRed.release();
    farm.watch(story.storyId(), status -> {});
  }

  @Test
  void story_whoseOnlyWorkersAreOfAnotherTenant_saysSo() {
    worker("red-1", "gpu-red");
    FarmClient farm = farm(blue);
    StoryStatus story = submit(farm, "alone", 25);

    try (FleetClient ofBlue = FleetClient.connect(address(), person(blue));
        FleetClient ofRed = FleetClient.connect(address(), person(red))) {
      while (!ids(ofRed).contains("gpu-red")) {
        Thread.onSpinWait();
      }
      assertThat(ids(ofBlue)).doesNotContain("gpu-red");
      assertThat(ofRed.workers())
          .filteredOn(worker -> worker.workerId().equals("gpu-red"))
          .singleElement()
          .satisfies(
              worker ->
                  assertThat(worker.connection().orElseThrow().scope().word()).isEqualTo(RED));
    }
    while (farm.explain(story.storyId()).notes().stream()
        .noneMatch(note -> note.reason() == Reason.OTHER_TENANT)) {
      Thread.onSpinWait();
    }
    farm.cancel(story.storyId());
  }

  static Stream<String> calls() {
    return CallRights.table().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Right.Worker)
        .map(Map.Entry::getKey)
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void call_aboutAnotherTenantsStory_isAnsweredAsIfItWereNotThere(String call) {
    assertThat(REQUESTS).as("add what it takes").containsKey(call);
    FarmClient farm = farm(red);
    StoryStatus story = submit(farm, call.replace('/', '-'), 33);
    ManagedChannel stranger = channelOf("blue-1");

    Status ofTheirs = Knock.at(stranger, call, naming(call, story.storyId()));
    Status ofNothing = Knock.at(stranger, call, naming(call, "story-999999"));

    assertThat(ofTheirs.getCode()).isEqualTo(ofNothing.getCode());
    assertThat(said(ofTheirs, story.storyId())).isEqualTo(said(ofNothing, "story-999999"));
    farm.cancel(story.storyId());
  }

  private static String said(Status status, String storyId) {
    return String.valueOf(status.getDescription()).replace(storyId, "ID");
  }

  private static byte[] naming(String call, String storyId) {
    return naming(REQUESTS.get(call), storyId, 0).toByteArray();
  }

  /** Names the story wherever it can, and has one of everything that may be there several times. */
  private static Message naming(Message empty, String storyId, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(empty.getDescriptorForType());
    for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
      if (field.getName().equals("story_id")) {
        message.setField(field, storyId);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth < 4) {
        Message inner =
            naming(DynamicMessage.getDefaultInstance(field.getMessageType()), storyId, depth + 1);
        if (field.isRepeated()) {
          message.addRepeatedField(field, inner);
        } else {
          message.setField(field, inner);
        }
      }
    }
    return message.build();
  }
}
