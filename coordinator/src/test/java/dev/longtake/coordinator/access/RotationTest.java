package dev.longtake.coordinator.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.longtake.client.Address;
import dev.longtake.client.Addresses;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.Pass;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.coordinator.api.FakeWorker;
import dev.longtake.security.PeerRole;
import dev.longtake.security.TlsFolder;
import dev.longtake.security.TlsIdentity;
import dev.longtake.story.status.StoryState;
import dev.longtake.story.status.StoryStatus;
import dev.longtake.testing.TestCertificates;
import dev.longtake.testing.TestStories;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All certificates of a farm, and the authority that signs them, change while it renders. */
@Timeout(120)
class RotationTest {

  private static final String CALL = "grpc.health.v1.Health/Check";
  private static final String[] OWN = {TlsFolder.CERTIFICATE, TlsFolder.KEY};

  @TempDir private Path temp;
  private TestCertificates farm;
  private TestCertificates next;
  private Coordinator coordinator;
  private FarmClient client;
  private int stories;

  @BeforeEach
  void start() {
    farm = new TestCertificates(temp.resolve("now"));
    next = new TestCertificates(temp.resolve("next"));
    coordinator =
        Coordinator.start(
            CoordinatorConfig.CONFIGURATION.of(
                TestConfig.in(temp.resolve("farm"))
                    .with("test", "tls.folder", farm.of(PeerRole.COORDINATOR))
                    .with("test", "tls.without-token", "artist")));
    client = client();
  }

  @AfterEach
  void stop() {
    client.close();
    coordinator.close();
  }

  private ManagedChannel channel(Path folder, PeerRole role) {
    return Channels.open(
        Addresses.of(new Address("127.0.0.1", coordinator.port())),
        Pass.of(TlsIdentity.open(folder, role, InstantSource.system())));
  }

  /** Nothing is tried twice. */
  private FarmClient client() {
    return new FarmClient(
        channel(farm.of(PeerRole.CLIENT), PeerRole.CLIENT), Retries.NONE, Retries.NONE);
  }

  private FakeWorker worker(String bootId) {
    return FakeWorker.start(channel(farm.of(PeerRole.WORKER), PeerRole.WORKER), "w", bootId);
  }

  private boolean isLetIn(Path folder) {
    ManagedChannel probe = channel(folder, PeerRole.CLIENT);
    try {
      return Knock.at(probe, CALL).getCode() == Status.Code.OK;
    } finally {
      Channels.close(probe);
    }
  }

  /** Has stories rendered, one after the other, until the coordinator goes by what it now is. */
  private void renderUntil(Path folder, boolean isLetIn) {
    do {
      stories++;
      StoryStatus story =
          client.submit(
              "r" + stories, TestStories.story("s" + stories, 33), TestStories.pictures());
      StoryStatus end = client.watch(story.storyId(), status -> {});
      assertThat(end.state()).as("%s", end.failure()).isEqualTo(StoryState.SUCCEEDED);
    } while (isLetIn(folder) != isLetIn);
  }

  /** A folder that believes both authorities, with a certificate of this one. */
  private static Path believingBoth(TestCertificates own, TestCertificates other)
      throws IOException {
    Path folder = own.add(PeerRole.CLIENT, "probe").folder();
    believe(folder, other);
    return folder;
  }

  private static void believe(Path folder, TestCertificates other) throws IOException {
    Files.writeString(
        folder.resolve(TlsFolder.AUTHORITY),
        Files.readString(other.of(PeerRole.CLIENT).resolve(TlsFolder.AUTHORITY)),
        StandardOpenOption.APPEND);
  }

  @Test
  void authority_andAllCertificatesChanged_failNoStory() throws Exception {
    Path before = believingBoth(farm, next);
    Path after = believingBoth(next, farm);
    List<PeerRole> roles = List.of(PeerRole.COORDINATOR, PeerRole.WORKER, PeerRole.CLIENT);
    FakeWorker worker = worker("boot-1");
    renderUntil(before, true);

    for (PeerRole role : roles) {
      believe(farm.of(role), next);
    }
    renderUntil(after, true);
    for (PeerRole role : roles) {
      TestCertificates.replace(farm.of(role), next.of(role), OWN);
    }
    renderUntil(next.of(PeerRole.CLIENT), true); // It believes the new one alone.
    worker.leave(); // What shows the old certificate is started again.
    worker.close();
    worker = worker("boot-2");
    client.close();
    client = client();
    for (PeerRole role : roles) {
      TestCertificates.replace(farm.of(role), next.of(role), TlsFolder.AUTHORITY);
    }
    renderUntil(before, false);

    worker.close();
    assertThat(stories).isGreaterThanOrEqualTo(4);
  }
}
