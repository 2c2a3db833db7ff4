package dev.longtake.coordinator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.longtake.client.Channels;
import dev.longtake.client.FarmClient;
import dev.longtake.client.LatentClient;
import dev.longtake.client.Retries;
import dev.longtake.coordinator.Coordinator;
import dev.longtake.coordinator.CoordinatorConfig;
import dev.longtake.coordinator.TestConfig;
import dev.longtake.denoise.SamplerStateForm;
import dev.longtake.digest.Digest;
import dev.longtake.draft.DraftMap;
import dev.longtake.draft.DraftMapCodec;
import dev.longtake.latent.Checkpoint;
import dev.longtake.latent.CheckpointCodec;
import dev.longtake.lease.Order;
import dev.longtake.lease.Work.DenoiseChunk;
import dev.longtake.lease.WorkerStatement;
import dev.longtake.testing.TestStories;
import dev.longtake.wire.WorkWire;
import dev.longtake.wire.v1.SynchronizeRequest;
import dev.longtake.wire.v1.SynchronizeResponse;
import dev.longtake.wire.v1.WorkerServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a worker's checkpoint to the picture on the film's page. */
@Timeout(60)
class DraftPathTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHANNELS = TestStories.MODEL.geometry().channels();

  /** All that is kept is shown as one red. */
  private static final DraftMap RED = red();

  @TempDir Path folder;

  private static DraftMap red() {
    float[] weights = new float[3 * (CHANNELS + 1)];
    weights[CHANNELS] = 1;
    weights[2 * CHANNELS + 1] = -1;
    weights[3 * CHANNELS + 2] = -1;
    return new DraftMap(CHANNELS, 1, weights);
  }

  /** A worker that says how its model's latents look, and keeps a state of each chunk. */
  private static final class Keeper implements StreamObserver<SynchronizeResponse>, AutoCloseable {

    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private final ManagedChannel channel;
    private final StreamObserver<SynchronizeRequest> stream;

    Keeper(int port) {
      channel = Channels.plaintext("127.0.0.1", port);
      stream = WorkerServiceGrpc.newStub(channel).synchronize(this);
      stream.onNext(
          WorkWire.toProto(
                  new WorkerStatement(
                      "w",
                      "boot-1",
                      TestStories.ENGINE_CLASS,
                      TestStories.MODEL,
                      List.of(),
                      false,
                      1))
              .toBuilder()
              .setDraftMap(ByteString.copyFrom(DraftMapCodec.encode(RED)))
              .build());
    }

    @Override
    public void onNext(SynchronizeResponse response) {
      orders.addAll(WorkWire.fromProto(response).orders());
    }

    @Override
    public void onError(Throwable broken) {}

    @Override
    public void onCompleted() {}

    /** Waits for an order, and keeps what its chunk is after a step. */
    void keepOne() throws InterruptedException {
      Order order = orders.take();
      DenoiseChunk chunk = (DenoiseChunk) order.work();
      int references = chunk.shot().prompt().references().size();
      int frames = references + chunk.latentFrameCount();
      int height = TestStories.MODEL.geometry().height(chunk.shot().size());
      int width = TestStories.MODEL.geometry().width(chunk.shot().size());
      byte[] state =
          SamplerStateForm.encode(1, List.of(new float[frames * CHANNELS * height * width]));
      var origin =
          new Checkpoint.Origin(
              TestStories.ENGINE_CLASS, Digest.ofText("chunk"), frames, CHANNELS, height, width);
      new LatentClient(channel, Retries.NONE)
          .putCheckpoint(
              order.lease(), 1, CheckpointCodec.encode(new Checkpoint(origin, 1, state)));
    }

    @Override
    public void close() {
      Channels.close(channel);
    }
  }

  private static HttpResponse<byte[]> get(HttpClient http, Coordinator coordinator, String path)
      throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:%d%s".formatted(coordinator.webPort(), path));
    return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
  }

  @Test
  void page_ofAShotWithACheckpoint_showsItsDraft() throws IOException, InterruptedException {
    try (Coordinator coordinator =
            Coordinator.start(
                CoordinatorConfig.CONFIGURATION.of(
                    TestConfig.in(folder).with("test", "web.port", 0)));
        HttpClient http = HttpClient.newHttpClient();
        FarmClient client = FarmClient.connect("127.0.0.1", coordinator.port());
        Keeper worker = new Keeper(coordinator.port())) {
      String story =
          client.submit("r", TestStories.story("s", 9), TestStories.pictures()).storyId();
      worker.keepOne();

      JsonNode shot;
      do {
        shot =
            JSON.readTree(get(http, coordinator, "/api/pages/film?story=" + story).body())
                .path("shots")
                .path(0);
      } while (shot.at("/seen/draft/key").asText().isEmpty());

      assertThat(shot.at("/seen/draft/step").asInt()).isEqualTo(1);
      String path = "/drafts/%s/0/%s".formatted(story, shot.at("/seen/draft/key").asText());
      HttpResponse<byte[]> draft = get(http, coordinator, path);
      assertThat(draft.headers().firstValue("Content-Type")).hasValue("image/png");
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(draft.body()));
      assertThat(picture.getRGB(0, 0) & 0xffffff).isEqualTo(0xff0000);
      assertThat(picture.getHeight())
          .isEqualTo(shot.at("/seen/draft/height").asInt() * shot.at("/seen/draft/frames").asInt());
      for (String none :
          List.of(
              path + "0",
              path.replace("/0/", "/1/"),
              path.replace("/0/", "/x/"),
              path.replace(story, "none"))) {
        assertThat(get(http, coordinator, none).statusCode()).as(none).isEqualTo(404);
      }
    }
  }
}
