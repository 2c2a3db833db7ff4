package dev.longtake.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.longtake.client.Channels;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.testing.TestModel;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.StoryWire;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.FarmServiceGrpc;
import dev.longtake.wire.v1.ListStoriesRequest;
import dev.longtake.wire.v1.SubmitStoryRequest;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sends who means harm, or is broken. */
@Timeout(60)
class UnfriendlyPeersTest {

  @TempDir static Path temp;
  private static Path folder;
  private static Coordinator coordinator;
  private static ManagedChannel channel;

  @BeforeAll
  static void start() {
    folder = temp.resolve("farm");
    coordinator = Coordinator.start(CoordinatorConfig.CONFIGURATION.of(TestConfig.in(folder)));
    channel = Channels.plaintext("127.0.0.1", coordinator.port());
  }

  @AfterAll
  static void stop() {
    Channels.close(channel);
    coordinator.close();
  }

  /** A hundred kilobytes that become a hundred megabytes. */
  @Test
  void call_packed_isRefusedBeforeItIsUnpacked() {
    var packed = FarmServiceGrpc.newBlockingStub(channel).withCompression("gzip");

    assertThatThrownBy(() -> packed.listStories(ListStoriesRequest.getDefaultInstance()))
        .satisfies(
            e ->
                assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  /** It would be journaled, and a journal does not read back what is that long. */
  @Test
  void submit_aFileNameThatNoFileHas_isRefused() {
    var story = StoryWire.toProto(TestStories.story("long", 9)).toBuilder();
    story
        .getWorldBuilder()
        .getCharactersBuilder(0)
        .getPicturesBuilder(0)
        .setFileName("x".repeat(256));
    var request = SubmitStoryRequest.newBuilder().setRequestId("long").setStory(story).build();

    assertThatThrownBy(() -> FarmServiceGrpc.newBlockingStub(channel).submitStory(request))
        .hasMessageContaining("expected at most 255 characters, found 256");
  }

  @Test
  void synchronize_aModelWithALongName_endsTheStreamOfThatWorkerAlone() {
    var end = new CompletableFuture<Status>();
    StreamObserver<SynchronizeRequest> stream =
        WorkerServiceGrpc.newStub(channel)
            .synchronize(
                new StreamObserver<SynchronizeResponse>() {
                  @Override
                  public void onNext(SynchronizeResponse response) {}

                  @Override
                  public void onError(Throwable failure) {
                    end.complete(Status.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(Status.OK);
                  }
                });

    stream.onNext(
        WorkWire.toProto(
            new WorkerStatement(
                "w1",
                "boot-1",
                TestStories.ENGINE_CLASS,
                TestModel.named("x".repeat(1_000_000)).card(),
                List.of(),
                false,
                1)));

    assertThat(end.join().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.join().getDescription())
        .contains("model.name: expected at most 255 characters, found 1000000");
  }

  @Test
  void folder_thatIsMade_isItsOwnersAlone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }
}
